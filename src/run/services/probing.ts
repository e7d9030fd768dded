import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs, type Recorder } from '../../measure/index.ts';
import type { ServicePhase } from '../../scenario/index.ts';
import {
  type Probe,
  type ProbeReport,
  programmedSample,
  removedSample,
  type Traffic,
} from '../../traffic/index.ts';
import type { Answers } from './answers.ts';
import type { Fleet } from './fleet.ts';
import type { LivingService } from './service-book.ts';

/** Probes at the same time: each makes about a thousand connections a second. */
const MOST = 12;
const LOOK_MS = 50;
/** How long a backend is given to be seen before it is removed: one of five takes some ms. */
const SEE_MS = 500;
/** A backend that has not answered for so long will not any more: one of five misses 300 attempts with probability 1e-29. */
const QUIET_NS = 300e6;

export interface ProbingOptions {
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  readonly recorder: Recorder;
  readonly answers: Answers;
  readonly warn: (text: string) => void;
}

/** Dials Services from pods on the nodes, to see when a change has reached each of them. */
export class Probing {
  readonly #options: ProbingOptions;
  #running = 0;
  /** Changes that were not looked at, since so many others were. */
  skipped = 0;
  /** Attempts that began late, so that the grain was not held. */
  late = 0;
  attempts = 0;
  readonly #under = new Set<Promise<void>>();

  constructor(options: ProbingOptions) {
    this.#options = options;
  }

  /** Whether the one with this index is among those of its phase that are probed. */
  wants({ probes, count }: ServicePhase, index: number): boolean {
    if (probes === undefined) return false;
    const share = Math.min(1, probes.services / count);
    return Math.floor((index + 1) * share) > Math.floor(index * share);
  }

  /** Begins to dial a Service from every node of its phase's probes; undefined when that would be too many. */
  async begin(
    { addresses, phase: { probes, protocol } }: LivingService,
    expect: readonly string[],
  ): Promise<ProbeSet | undefined> {
    const { fleet, traffic } = this.#options;
    const nodes = probes === undefined || probes.nodes === 'all' ? [...fleet.clients.keys()] : probes.nodes;
    if (this.#running + nodes.length > MOST) {
      this.skipped++;
      return undefined;
    }
    this.#running += nodes.length;
    const set = await Promise.all(
      nodes.map((node) =>
        traffic.probe({
          from: fleet.clients.get(node)!,
          to: addresses[0]!,
          protocol: protocol === 'UDP' ? 'udp' : 'tcp',
          intervalMs: (probes?.every ?? 1e6) / 1e6,
          expect,
        }),
      ),
    );
    return new ProbeSet(set, this.#options, (reports) => this.#ended(reports));
  }

  /** Work of probes that goes on beside the load; whoever does not wait for it is waited for at the end. */
  beside(work: Promise<void>): Promise<void> {
    const settled = work
      .catch((error: Error) => this.#options.warn(`probe: ${error.message}`))
      .finally(() => this.#under.delete(settled));
    this.#under.add(settled);
    return settled;
  }

  /** Waits until none is under way. */
  async idle(): Promise<void> {
    while (this.#under.size > 0) await Promise.all([...this.#under]);
  }

  #ended(reports: readonly ProbeReport[]): void {
    this.#running -= reports.length;
    for (const { late, attempts } of reports) {
      this.late += late;
      this.attempts += attempts;
    }
  }
}

/** Probes of one Service, one a node. */
export class ProbeSet {
  readonly #probes: readonly Probe[];
  readonly #options: ProbingOptions;
  readonly #onEnd: (reports: readonly ProbeReport[]) => void;

  constructor(
    probes: readonly Probe[],
    options: ProbingOptions,
    onEnd: (reports: readonly ProbeReport[]) => void,
  ) {
    this.#probes = probes;
    this.#options = options;
    this.#onEnd = onEnd;
  }

  /** `service.programmed` from each node: the change was asked for at `since`. What takes longer than `deadlineNs` has failed. */
  async programmed(since: number, deadlineNs: number): Promise<void> {
    await Promise.all(this.#probes.map((probe) => this.#programmed(probe, since, deadlineNs)));
  }

  async #programmed(probe: Probe, since: number, deadlineNs: number): Promise<void> {
    const { recorder } = this.#options;
    const left = Math.max(1, Math.ceil((since + deadlineNs - monotonicNs()) / 1e6));
    const report = await probe.firstAnswer(AbortSignal.timeout(left)).catch(() => undefined);
    const sample = report && programmedSample(probe, report, since);
    if (sample) recorder.append(sample);
    else recorder.append(failed('service.programmed', probe, since, deadlineNs));
  }

  /**
   * `service.removed` from each node: endpoints were asked to go at `since`. Over when they are quiet, or at the
   * deadline, and then they have not gone.
   */
  async removed(backends: readonly string[], since: number, deadlineNs: number): Promise<void> {
    const { recorder } = this.#options;
    await Promise.all(
      this.#probes.map(async (probe) => {
        for (;;) {
          const report = await probe.report();
          const last = Math.max(since, ...backends.map((name) => report.backends[name]?.lastNs ?? 0));
          const now = monotonicNs();
          if (now - last > QUIET_NS) {
            const samples = backends.map((name) => removedSample(probe, report, name, since));
            recorder.append(samples.toSorted((a, b) => b.ns - a.ns)[0]!);
            return;
          }
          if (now - since > deadlineNs) {
            recorder.append(failed('service.removed', probe, since, deadlineNs));
            return;
          }
          await sleep(LOOK_MS);
        }
      }),
    );
  }

  /** Whether a backend answers every node; given up after a while. */
  async see(backend: string): Promise<boolean> {
    const patience = AbortSignal.timeout(SEE_MS);
    const seen = await Promise.allSettled(
      this.#probes.map((probe) => probe.until(({ backends }) => backends[backend] !== undefined, patience)),
    );
    return seen.every(({ status }) => status === 'fulfilled');
  }

  /** What they have seen is judged; they dial no more. */
  async end(): Promise<void> {
    const { answers } = this.#options;
    const reports = await Promise.all(this.#probes.map((probe) => probe.end()));
    for (const [index, { backends }] of reports.entries()) {
      const { spec, place } = this.#probes[index]!;
      const seen = Object.entries(backends).map(([backend, { lastNs: at }]) => ({
        to: spec.to,
        backend,
        at,
      }));
      answers.judge(seen, place.name);
    }
    this.#onEnd(reports);
  }
}

function failed(
  metric: 'service.programmed' | 'service.removed',
  { place: { node } }: Probe,
  at: number,
  ns: number,
) {
  return { metric, ns, at, ok: false, class: 'timeout', node, labels: { node } } as const;
}
