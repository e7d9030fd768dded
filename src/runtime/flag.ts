/**
 * Something that happens once. Of an AbortSignal only what a pod needs: making and firing one of those costs more than
 * the rest of a pod's bookkeeping.
 */
export class Flag {
  readonly #listeners = new Set<() => void>();
  #isRaised = false;

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(): void {
    if (this.#isRaised) return;
    this.#isRaised = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Calls `listener` when it is raised, at once when it has been. The result takes it back. */
  onRaise(listener: () => void): () => void {
    if (this.#isRaised) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Waits until one of the flags is raised, and no longer than so many milliseconds. */
export function pause(ms: number, ...flags: readonly Flag[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = Number.isFinite(ms) ? setTimeout(done, ms) : undefined;
    const takeBack = flags.map((flag) => flag.onRaise(done));
    function done(): void {
      clearTimeout(timer);
      // A flag that was raised already calls before the list is there; there is nothing to take back then.
      queueMicrotask(() => {
        for (const each of takeBack) each();
      });
      resolve();
    }
  });
}
