import type { Recorder } from '../measure/index.ts';

/** From, to: CLOCK_MONOTONIC in ns. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Splits `pod.sandbox` into what came before the network was asked, what the network took, and what came after its
 * answer. The two accounts of a pod, of its ADD and of its status in the API, come in either order.
 */
export class SandboxParts {
  readonly #recorder: Recorder;
  readonly #added = new Map<string, Span>();
  readonly #seen = new Map<string, Span>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** An ADD for the pod succeeded. */
  added(pod: string, call: Span): void {
    this.#added.set(pod, call);
    this.#join(pod);
  }

  /** The pod has its IP; `from` is the instant of the schedule. */
  seen(pod: string, sandbox: Span): void {
    this.#seen.set(pod, sandbox);
    this.#join(pod);
  }

  gone(pod: string): void {
    this.#added.delete(pod);
    this.#seen.delete(pod);
  }

  #join(pod: string): void {
    const [call, sandbox] = [this.#added.get(pod), this.#seen.get(pod)];
    if (!call || !sandbox) return;
    this.gone(pod);
    const tell = (metric: 'before' | 'network' | 'after', at: number, to: number): void =>
      this.#recorder.append({ metric: `pod.sandbox.${metric}`, ns: to - at, at, ok: true, pod });
    tell('before', sandbox.from, call.from);
    tell('network', call.from, call.to);
    tell('after', call.to, sandbox.to);
  }
}
