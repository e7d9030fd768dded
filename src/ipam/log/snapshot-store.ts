import type { LogRecord, RecordStore } from './record-store.ts';

/**
 * A store without a disk and without a history, for simulation: every record is durable at once, and what a log
 * that was just rewritten would hold is asked for when it is needed. Costs no memory.
 */
export class SnapshotStore<R extends LogRecord> implements RecordStore<R> {
  readonly #initial: readonly R[];
  #snapshot: () => Iterable<R> = () => this.#initial;

  /** @param initial what is on the disk, as `records()` of a store before a crash gave it */
  constructor(initial: readonly R[] = []) {
    this.#initial = initial;
  }

  async open(snapshot: () => Iterable<R>): Promise<readonly R[]> {
    this.#snapshot = snapshot;
    return this.#initial;
  }

  append(): undefined {}

  /** What would be read after a crash at this moment. */
  records(): R[] {
    return [...this.#snapshot()];
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
