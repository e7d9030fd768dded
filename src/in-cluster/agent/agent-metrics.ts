import type { AgentEvent } from '../../agent/index.ts';
import type { AgentProcess } from '../../agent/process/index.ts';
import { exposition, Histogram, type MetricFamily, type MetricSample } from '../../stats/prometheus/index.ts';
import { processMetrics } from '../http/process-metrics.ts';

const PREFIX = 'churnlab_agent_';
/** Seconds; most calls take about a millisecond, some wait for an address. */
const BOUNDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What an agent counts, and what it has. */
export class AgentMetrics {
  readonly #calls = new Map<string, Histogram>();
  /** By verb and code, as in `ADD 101`. */
  readonly #refusals = new Map<string, number>();

  #collected = 0;

  observe({ trace, refused, collected }: AgentEvent): void {
    if (collected) this.#collected++;
    if (trace) {
      const { verb, acceptedNs, endedNs } = trace;
      const calls = this.#calls.get(verb) ?? new Histogram(BOUNDS);
      this.#calls.set(verb, calls);
      calls.observe((endedNs - acceptedNs) / 1e9);
    }
    if (refused) {
      const key = `${refused.verb} ${refused.code}`;
      this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
    }
  }

  /** Prometheus' text format; without `agent` what is known before it has taken its node over. */
  text(agent: AgentProcess | undefined): string {
    return exposition([
      {
        name: `${PREFIX}cni_seconds`,
        type: 'histogram',
        help: 'CNI calls that did their work, from their arrival at the agent to its answer.',
        samples: [...this.#calls].flatMap(([verb, histogram]) => labelled(histogram.samples(), { verb })),
      },
      {
        name: `${PREFIX}cni_refusals_total`,
        type: 'counter',
        help: 'CNI calls that were refused, by error code.',
        samples: [...this.#refusals].map(([key, value]) => {
          const [verb = '', code = ''] = key.split(' ');
          return { labels: { verb, code }, value };
        }),
      },
      {
        name: `${PREFIX}collected_total`,
        type: 'counter',
        help: 'Attachments released without a DEL, since their link was gone.',
        samples: [{ value: this.#collected }],
      },
      ...(agent ? [...nodeMetrics(agent), ...serviceMetrics(agent)] : []),
      ...processMetrics(),
    ]);
  }
}

function labelled(
  samples: readonly MetricSample[],
  labels: Readonly<Record<string, string>>,
): MetricSample[] {
  return samples.map((sample) => ({ ...sample, labels: { ...labels, ...sample.labels } }));
}

function nodeMetrics(agent: AgentProcess): MetricFamily[] {
  const addresses = Object.values(agent.addresses()).flat();
  const counters = Object.values(agent.datapath()).flatMap((node) => Object.entries(node));
  const counter = (what: 'packets' | 'bytes'): MetricFamily => ({
    name: `${PREFIX}datapath_${what}_total`,
    type: 'counter',
    help: `What became of ${what} in the eBPF programs.`,
    samples: counters.map(([path, value]) => ({ labels: { path }, value: value[what] })),
  });
  return [
    {
      name: `${PREFIX}addresses`,
      type: 'gauge',
      help: 'Addresses of the node: all it has, those of pods, and those that rest after a release.',
      samples: addresses.flatMap(({ family, capacity, used, cooling }) =>
        Object.entries({ capacity, used, cooling }).map(([state, value]) => ({
          labels: { family, state },
          value: Number(value),
        })),
      ),
    },
    {
      name: `${PREFIX}endpoints`,
      type: 'gauge',
      help: 'Addresses of pods in the eBPF map.',
      samples: [{ value: agent.endpoints().length }],
    },
    counter('packets'),
    counter('bytes'),
  ];
}

function serviceMetrics(agent: AgentProcess): MetricFamily[] {
  const [stats] = Object.values(agent.serviceStats());
  if (!stats) return [];
  const maps = Object.entries(stats.usage);
  const gauge = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
    name: `${PREFIX}${name}`,
    type: 'gauge',
    help,
    samples,
  });
  return [
    gauge('service_ports', 'Ports of Services in the eBPF maps.', [{ value: stats.services }]),
    gauge('service_backends', 'Backends in the eBPF maps.', [{ value: stats.backends }]),
    gauge('service_ports_failed', 'Ports of Services that did not fit.', [{ value: stats.failed }]),
    gauge(
      'service_map_entries',
      'Entries of the eBPF maps of Services.',
      maps.map(([map, { used }]) => ({ labels: { map }, value: used })),
    ),
    gauge(
      'service_map_size',
      'Room of the eBPF maps of Services.',
      maps.map(([map, { size }]) => ({ labels: { map }, value: size })),
    ),
  ];
}
