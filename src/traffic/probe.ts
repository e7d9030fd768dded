import type { Sample } from '../measure/index.ts';
import type { Dialer } from './dialer.ts';
import type { TrafficPlace } from './host.ts';

/** Dials one address over and over: a new attempt every interval, whatever became of the ones before. */
export interface ProbeSpec {
  /** A node, a pod or `outside`. */
  readonly from: string;
  readonly to: string;
  readonly protocol?: 'tcp' | 'udp';
  /** 1: the grain of what is measured. */
  readonly intervalMs?: number;
  /** How long an attempt may take; 100. So many intervals are under way at a time. */
  readonly timeoutMs?: number;
  /** Backends that may answer, by `namespace/name`; any when absent. */
  readonly expect?: readonly string[];
  /** Stop dialling after the first expected answer. */
  readonly once?: boolean;
}

/** Answers of one backend, or failures of one class; instants are CLOCK_MONOTONIC in ns. */
export interface Seen {
  readonly firstNs: number;
  readonly lastNs: number;
  readonly count: number;
}

/** All that a probe has seen so far. */
export interface ProbeReport {
  readonly id: string;
  readonly attempts: number;
  readonly backends: Readonly<Record<string, Seen>>;
  readonly failed: Readonly<Record<string, Seen>>;
  readonly misrouted: number;
  /** Attempts that began more than an interval late: the grain was not held. */
  readonly late: number;
  readonly done: boolean;
}

type Check = (report: ProbeReport) => boolean;

interface Waiting {
  readonly check: Check;
  resolve(report: ProbeReport): void;
  reject(error: unknown): void;
}

/** A probe that is under way; disposing it ends it. */
export class Probe implements AsyncDisposable {
  readonly place: TrafficPlace;
  readonly spec: ProbeSpec;
  readonly id: string;
  readonly #dialer: Dialer;
  readonly #onEnd: () => void;
  readonly #waiting = new Set<Waiting>();
  #last: ProbeReport | undefined;
  #lost: Error | undefined;

  /** Use {@link Traffic.probe}. */
  constructor(id: string, spec: ProbeSpec, place: TrafficPlace, dialer: Dialer, onEnd: () => void) {
    this.id = id;
    this.spec = spec;
    this.place = place;
    this.#dialer = dialer;
    this.#onEnd = onEnd;
  }

  /** News from the dialer. */
  update(report: ProbeReport): void {
    this.#last = report;
    for (const each of this.#waiting) if (each.check(report)) each.resolve(report);
  }

  /** There will be no more news. */
  lose(error: Error): void {
    this.#lost = error;
    for (const each of this.#waiting) each.reject(error);
    this.#waiting.clear();
  }

  /**
   * Waits until the probe has seen something: a few ms after it did, with exact instants in the report. Rejects with the
   * signal's reason. Throws TrafficError process-failed when the dialer ends before.
   */
  async until(check: Check, signal?: AbortSignal): Promise<ProbeReport> {
    if (this.#last && check(this.#last)) return this.#last;
    if (this.#lost) throw this.#lost;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<ProbeReport>();
    const waiting = { check, resolve, reject };
    const give = () => reject(signal?.reason);
    this.#waiting.add(waiting);
    signal?.addEventListener('abort', give, { once: true });
    try {
      return await promise;
    } finally {
      this.#waiting.delete(waiting);
      signal?.removeEventListener('abort', give);
    }
  }

  /** Waits for an answer of an expected backend. */
  firstAnswer(signal?: AbortSignal): Promise<ProbeReport> {
    return this.until((report) => firstExpected(report, this.spec.expect) !== undefined, signal);
  }

  /** What it has seen up to now. */
  async report(): Promise<ProbeReport> {
    const report = await this.#dialer.report('probe.get', this.id);
    this.update(report);
    return report;
  }

  /** Ends the probe; the last word on what it saw. */
  async end(): Promise<ProbeReport> {
    this.#onEnd();
    return this.#dialer.report('probe.remove', this.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Ended already, or its dialer is gone: there is nothing left to end.
    await this.end().catch(() => {});
  }
}

/** When the first expected backend answered. */
function firstExpected({ backends }: ProbeReport, expect?: readonly string[]): number | undefined {
  const instants = Object.entries(backends)
    .filter(([name]) => expect === undefined || expect.includes(name))
    .map(([, { firstNs }]) => firstNs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** `service.programmed` from one node: the change was accepted at `acceptedNs`. Undefined before the first answer. */
export function programmedSample(probe: Probe, report: ProbeReport, acceptedNs: number): Sample | undefined {
  const first = firstExpected(report, probe.spec.expect);
  if (first === undefined) return undefined;
  const { node } = probe.place;
  return {
    metric: 'service.programmed',
    ns: first - acceptedNs,
    at: acceptedNs,
    ok: true,
    node,
    labels: { node },
  };
}

/**
 * `service.removed` from one node: how long new connections were still answered by a backend whose removal was accepted
 * at `acceptedNs`; 0 when none was. Ask once the backend cannot come back.
 */
export function removedSample(
  probe: Probe,
  report: ProbeReport,
  backend: string,
  acceptedNs: number,
): Sample {
  const last = report.backends[backend]?.lastNs ?? acceptedNs;
  const { node } = probe.place;
  const ns = Math.max(0, last - acceptedNs);
  return { metric: 'service.removed', ns, at: acceptedNs, ok: true, node, labels: { node } };
}
