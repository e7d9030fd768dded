import type { FailureClass } from '../cni/index.ts';
import type { Recorder } from '../measure/index.ts';

/** Where a pod of the run stands. Instants are CLOCK_MONOTONIC in ns. */
interface PodState {
  readonly intended: number;
  readonly lifetime: number;
  readyAt?: number;
  scheduled?: boolean;
  sandbox?: boolean;
  /** The instant at which its end was intended. */
  endIntended?: number;
  lastRefusal?: FailureClass;
  failed?: boolean;
}

/** Totals of a run so far. */
export interface Counts {
  readonly started: number;
  readonly ready: number;
  readonly gone: number;
  readonly failed: number;
  readonly alive: number;
}

/** Keeps every pod's state and turns what happens to it into samples. */
export class Pods {
  readonly #recorder: Recorder;
  readonly #alive = new Map<string, PodState>();
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

  /** Pods whose start has neither succeeded nor failed yet. */
  get starting(): number {
    return this.#started - this.#ready - this.#failed;
  }

  /** Names of all pods that are not gone. */
  names(): string[] {
    return [...this.#alive.keys()];
  }

  begin(name: string, intended: number, lifetime: number): void {
    this.#started++;
    this.#alive.set(name, { intended, lifetime });
  }

  scheduled(name: string, at: number): void {
    const pod = this.#alive.get(name);
    if (!pod || pod.scheduled) return;
    pod.scheduled = true;
    this.#sample('pod.scheduled', pod, name, at);
  }

  sandbox(name: string, at: number): void {
    const pod = this.#alive.get(name);
    if (!pod || pod.sandbox || pod.failed) return;
    pod.sandbox = true;
    this.#sample('pod.sandbox', pod, name, at);
  }

  /** Returns when the pod's life ends by plan, or undefined when it has none to end. */
  ready(name: string, at: number): number | undefined {
    const pod = this.#alive.get(name);
    if (!pod || pod.readyAt !== undefined || pod.failed) return undefined;
    pod.readyAt = at;
    this.#ready++;
    this.#sample('pod.ready', pod, name, at);
    return at + pod.lifetime;
  }

  refused(name: string, cause: FailureClass): void {
    const pod = this.#alive.get(name);
    if (pod) pod.lastRefusal = cause;
  }

  /** The deadline has passed, or there will be no further attempt: a pod that is not ready has failed. */
  fail(name: string, at: number, cause?: FailureClass): boolean {
    const pod = this.#alive.get(name);
    if (!pod || pod.readyAt !== undefined || pod.failed) return false;
    pod.failed = true;
    this.#failed++;
    const why = cause ?? pod.lastRefusal ?? 'timeout';
    this.#failures.set(why, (this.#failures.get(why) ?? 0) + 1);
    for (const metric of ['pod.ready', ...(pod.sandbox ? [] : ['pod.sandbox'])] as const) {
      this.#recorder.append({
        metric: metric as 'pod.ready',
        ns: at - pod.intended,
        at: pod.intended,
        ok: false,
        class: why,
        pod: name,
      });
    }
    return true;
  }

  /** Its end is asked for, at the instant at which that was intended. */
  end(name: string, intended: number): void {
    const pod = this.#alive.get(name);
    if (pod) pod.endIntended ??= intended;
  }

  gone(name: string, at: number): void {
    const pod = this.#alive.get(name);
    if (!pod) return;
    if (pod.readyAt === undefined) this.fail(name, at);
    this.#alive.delete(name);
    this.#gone++;
    if (pod.endIntended === undefined || pod.failed) return;
    this.#recorder.append({
      metric: 'pod.gone',
      ns: at - pod.endIntended,
      at: pod.endIntended,
      ok: true,
      pod: name,
    });
  }

  /** Pods that are still there when the run ends: pending, counted at their age. */
  censor(at: number): void {
    for (const [name, pod] of this.#alive) {
      const [metric, since] =
        pod.readyAt === undefined
          ? (['pod.ready', pod.intended] as const)
          : (['pod.gone', pod.endIntended ?? at] as const);
      if (pod.failed) continue;
      this.#recorder.append({ metric, ns: at - since, at: since, ok: false, pending: true, pod: name });
    }
  }

  #sample(
    metric: 'pod.scheduled' | 'pod.sandbox' | 'pod.ready',
    pod: PodState,
    name: string,
    at: number,
  ): void {
    this.#recorder.append({ metric, ns: at - pod.intended, at: pod.intended, ok: true, pod: name });
  }
}
