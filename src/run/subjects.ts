import type { FailureClass } from '../cni/index.ts';
import type { MetricName, Recorder } from '../measure/index.ts';
import type { Subject } from '../scenario/index.ts';

/** Where a pod, node or Service of the run stands. Instants are CLOCK_MONOTONIC in ns. */
interface SubjectState {
  readonly subject: Subject;
  readonly phase: string;
  readonly intended: number;
  readonly lifetime: number;
  /** The instant its latency counts from: of a pod, the intended one. */
  since: number;
  readyAt?: number;
  scheduled?: boolean;
  sandbox?: boolean;
  /** The instant at which its end was intended. */
  endIntended?: number;
  lastRefusal?: FailureClass;
  failed?: boolean;
}

/** What `begin` is told. */
export type Beginning = Pick<SubjectState, 'subject' | 'phase' | 'intended' | 'lifetime'>;

/** Totals of a run so far. */
export interface Counts {
  readonly started: number;
  readonly ready: number;
  readonly gone: number;
  readonly failed: number;
  readonly alive: number;
}

/** What it takes to become ready, by what it is; only a pod's end is a measure of its own. */
const READY: Readonly<Record<Subject, MetricName>> = {
  pod: 'pod.ready',
  node: 'ipam.node_cidr',
  service: 'service.allocated',
};

/** Keeps the state of every pod, node and Service, and turns what happens to it into samples. */
export class Subjects {
  readonly #recorder: Recorder;
  /** In the order of their begin. */
  readonly #alive = new Map<string, SubjectState>();
  /** Those that are ready and whose end nobody asked for yet, in the order in which they became ready. */
  readonly #living = new Set<string>();
  #started = 0;
  #ready = 0;
  #gone = 0;
  #failed = 0;
  readonly #failures = new Map<FailureClass, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get counts(): Counts {
    return {
      started: this.#started,
      ready: this.#ready,
      gone: this.#gone,
      failed: this.#failed,
      alive: this.#alive.size,
    };
  }

  get failures(): Readonly<Partial<Record<FailureClass, number>>> {
    return Object.fromEntries(this.#failures);
  }

  /** Those whose start has neither succeeded nor failed yet. */
  get starting(): number {
    return this.#started - this.#ready - this.#failed;
  }

  /** Names of all that are not gone, the oldest first. */
  names(): string[] {
    return [...this.#alive.keys()];
  }

  /** What a name stands for; undefined when it is gone, or none of the run's. */
  kindOf(name: string): Subject | undefined {
    return this.#alive.get(name)?.subject;
  }

  /** Names of those of a kind that are ready and are to stay, but those of one phase; in the order of ready. */
  living(subject: Subject, but?: string): string[] {
    return [...this.#living].filter((name) => {
      const state = this.#alive.get(name);
      return state?.subject === subject && state.phase !== but;
    });
  }

  begin(name: string, beginning: Beginning): void {
    this.#started++;
    this.#alive.set(name, { ...beginning, since: beginning.intended });
  }

  /** It exists, or is asked for, since then: of what is no pod, the latency counts from here. */
  asked(name: string, at: number): void {
    const state = this.#alive.get(name);
    if (state) state.since = at;
  }

  scheduled(name: string, at: number): void {
    const pod = this.#alive.get(name);
    if (!pod || pod.scheduled) return;
    pod.scheduled = true;
    this.#sample('pod.scheduled', pod, name, at);
  }

  /** Returns the instant that the pod's latencies count from; undefined when this is no news. */
  sandbox(name: string, at: number): number | undefined {
    const pod = this.#alive.get(name);
    if (!pod || pod.sandbox || pod.failed) return undefined;
    pod.sandbox = true;
    this.#sample('pod.sandbox', pod, name, at);
    return pod.since;
  }

  /** Returns when its life ends by plan (perhaps never), or undefined when it has none to end. */
  ready(name: string, at: number): number | undefined {
    const state = this.#alive.get(name);
    if (!state || state.readyAt !== undefined || state.failed) return undefined;
    state.readyAt = at;
    this.#ready++;
    if (state.endIntended === undefined) this.#living.add(name);
    this.#sample(READY[state.subject], state, name, at);
    return at + state.lifetime;
  }

  refused(name: string, cause: FailureClass): void {
    const state = this.#alive.get(name);
    if (state) state.lastRefusal = cause;
  }

  /** The deadline has passed, or there will be no further attempt: what is not ready has failed. */
  fail(name: string, at: number, cause?: FailureClass): boolean {
    const state = this.#alive.get(name);
    if (!state || state.readyAt !== undefined || state.failed) return false;
    state.failed = true;
    this.#failed++;
    const why = cause ?? state.lastRefusal ?? 'timeout';
    this.#failures.set(why, (this.#failures.get(why) ?? 0) + 1);
    const missed: MetricName[] = [READY[state.subject]];
    if (state.subject === 'pod' && !state.sandbox) missed.push('pod.sandbox');
    for (const metric of missed) {
      const { since } = state;
      this.#recorder.append({
        metric,
        ns: at - since,
        at: since,
        ok: false,
        class: why,
        ...label(state, name),
      });
    }
    return true;
  }

  /** Its end is asked for, at the instant at which that was intended. */
  end(name: string, intended: number): void {
    this.#living.delete(name);
    const state = this.#alive.get(name);
    if (state) state.endIntended ??= intended;
  }

  gone(name: string, at: number): void {
    const state = this.#alive.get(name);
    if (!state) return;
    if (state.readyAt === undefined) this.fail(name, at);
    this.#alive.delete(name);
    this.#living.delete(name);
    this.#gone++;
    if (state.subject !== 'pod' || state.endIntended === undefined || state.failed) return;
    const since = state.endIntended;
    this.#recorder.append({ metric: 'pod.gone', ns: at - since, at: since, ok: true, pod: name });
  }

  /** What is still there when the run ends: pending, counted at its age. */
  censor(at: number): void {
    for (const [name, state] of this.#alive) {
      if (state.failed) continue;
      const starting = state.readyAt === undefined;
      if (!starting && state.subject !== 'pod') continue;
      const metric = starting ? READY[state.subject] : 'pod.gone';
      const since = starting ? state.since : (state.endIntended ?? at);
      const sample = { metric, ns: at - since, at: since, ok: false, pending: true };
      this.#recorder.append({ ...sample, ...label(state, name) });
    }
  }

  #sample(metric: MetricName, state: SubjectState, name: string, at: number): void {
    const { since } = state;
    this.#recorder.append({ metric, ns: at - since, at: since, ok: true, ...label(state, name) });
  }
}

/** Only what happens to a pod is filed under a pod's name. */
function label({ subject }: SubjectState, name: string): { readonly pod?: string } {
  return subject === 'pod' ? { pod: name } : {};
}
