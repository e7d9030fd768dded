/**
 * The order that the specification asks of a runtime (SPEC.md, "Lifecycle & Ordering"): operations on one
 * container one after another, on different containers at once, and GC alone.
 */
export class AttachmentLock {
  /** The last operation of each container, settled or not; never rejects. */
  readonly #tails = new Map<string, Promise<unknown>>();
  #gate: Promise<void> | undefined;

  /** Runs `work` after everything that was asked for the same key before, and not during exclusive work. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    while (this.#gate) await this.#gate;
    const before = this.#tails.get(key);
    const turn = before ? before.then(work) : work();
    const tail = turn.then(ignore, ignore);
    this.#tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  /** Runs `work` when nothing else is under way; what is asked for meanwhile waits. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.#gate) await this.#gate;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    try {
      await Promise.all(this.#tails.values());
      return await work();
    } finally {
      this.#gate = undefined;
      resolve();
    }
  }
}

function ignore(): void {}
