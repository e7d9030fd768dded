import { format, formatCount, orderValues, quantile } from '../../../stats/index.ts';
import { type Estimate, ratioOf } from '../../estimates.ts';
import { type Figure, times, withInterval } from '../../report/figure.ts';
import type { BurstsResult } from '../bursts.ts';
import type { KindResult } from '../kind-suite.ts';
import type { KindLimit } from './limits.ts';

const MAX_UP_NS = 60e9;
const MAX_RATIO = 1.1;
const MAX_AGENT_BYTES = 120e6;
const MAX_READY_NS = 5e9;

export const ns = (value: number): string => format(value, 'ns');
export const medianOf = (values: readonly number[]): number => quantile(orderValues(values), 0.5)!.value;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** Every figure that has a target and was measured. */
export function kindFigures(result: KindResult): Figure<KindLimit>[] {
  const { ups, bursts, waves, restart, left, nodes } = result;
  const agents = bursts.weights.flatMap(agentBytes);
  return [
    atMost(
      `lab up, ${nodes} nodes, to all pods Ready`,
      'up',
      medianOf(ups.map(({ totalNs }) => totalNs)),
      MAX_UP_NS,
      ns,
    ),
    ratioFigure(bursts),
    ...(agents.length > 0
      ? [
          atMost(
            `agent memory with ${bursts.pods} pods on the node`,
            'memory',
            Math.max(...agents),
            MAX_AGENT_BYTES,
            megabytes,
          ),
        ]
      : []),
    atMost(`failures, ${waves.planned} pods in ${waves.waves} waves`, 'waves', waves.failed, 0, formatCount),
    atMost('broken invariants after them, leaks among them', 'waves', waves.violations, 0, formatCount),
    ...(restart ? restartFigures(restart) : []),
    atMost('packets that would have left the machine', 'waves', left, 0, formatCount),
  ];
}

/** Time to all Ready with networks of their own over that in the host's; from five pairs on with an interval, pairs drawn together. */
export function burstRatio({ pod, host }: BurstsResult): Estimate {
  const blocks = (bursts: BurstsResult['pod']): number[][] => bursts.map(({ allNs }) => [allNs]);
  const medians = { value: medianOf(blocks(pod).flat()) / medianOf(blocks(host).flat()) };
  return ratioOf(blocks(pod), blocks(host), 0.5, true) ?? medians;
}

function ratioFigure(bursts: BurstsResult): Figure<KindLimit> {
  const ratio = burstRatio(bursts);
  return {
    name: `${bursts.pods} pods at once on one node to all Ready, over the same with hostNetwork`,
    measured:
      ratio.high === undefined
        ? `${times(ratio.value)}, no interval from ${bursts.pod.length} pairs`
        : withInterval(ratio, times),
    target: `95 % interval below ${times(MAX_RATIO)}`,
    // Without an interval nothing is known.
    met: ratio.high !== undefined && ratio.high < MAX_RATIO,
    limit: 'burst',
  };
}

function restartFigures({ nodes, connections }: NonNullable<KindResult['restart']>): Figure<KindLimit>[] {
  const sum = (of: (node: (typeof nodes)[number]) => number): number =>
    nodes.reduce((all, node) => all + of(node), 0);
  const adds = sum(({ addWaitNs }) => addWaitNs.length);
  return [
    atMost(
      'restart of a node’s agent to Ready, the longest',
      'restart',
      Math.max(...nodes.map(({ readyNs }) => readyNs)),
      MAX_READY_NS,
      ns,
    ),
    atMost(
      `dropped of ${connections} established connections, over all restarts`,
      'restart',
      sum(({ dropped }) => dropped),
      0,
      formatCount,
    ),
    atMost(
      `refused of ${adds} ADDs meanwhile, and sandboxes made again`,
      'restart',
      sum(({ refused, failedSandboxes }) => refused + failedSandboxes),
      0,
      formatCount,
    ),
  ];
}

function atMost(
  name: string,
  limit: KindLimit,
  value: number,
  most: number,
  say: (value: number) => string,
): Figure<KindLimit> {
  const target = most === 0 ? '0' : `at most ${say(most)}`;
  return { name, measured: say(value), target, met: value <= most, limit };
}

function agentBytes(weight: BurstsResult['weights'][number]): number[] {
  return weight.filter(({ name }) => name === 'agent').map(({ rssBytes }) => rssBytes);
}
