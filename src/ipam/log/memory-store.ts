import { IpamError } from '../ipam-error.ts';
import type { LogRecord, RecordStore } from './record-store.ts';

/**
 * A store without a disk, for simulation and tests. Records become durable when `flush` is called, or at once
 * with `auto` (the default). `durable` outlives a crash: give it to the next store.
 */
export class MemoryStore<R extends LogRecord> implements RecordStore<R> {
  readonly durable: R[];
  readonly #auto: boolean;
  #pending: { readonly record: R; readonly done: PromiseWithResolvers<void> }[] = [];
  #snapshot: () => Iterable<R> = () => [];

  constructor({ durable = [], auto = true }: { durable?: readonly R[]; auto?: boolean } = {}) {
    this.durable = [...durable];
    this.#auto = auto;
  }

  async open(snapshot: () => Iterable<R>): Promise<readonly R[]> {
    this.#snapshot = snapshot;
    return [...this.durable];
  }

  append(record: R): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#pending.push({ record, done });
    if (this.#auto) this.flush();
    return done.promise;
  }

  /** Makes the first `count` of the waiting records durable (all, if not said). */
  flush(count = this.#pending.length): void {
    for (const { record, done } of this.#pending.splice(0, count)) {
      this.durable.push(record);
      done.resolve();
    }
  }

  /** Refuses all waiting records, as a full disk does. */
  fail(): void {
    for (const { done } of this.#pending.splice(0)) {
      done.reject(new IpamError('log-failed', 'append allocation record: no space left on device'));
    }
  }

  /** Puts the snapshot in the place of the history; what waits comes behind it. */
  compact(): void {
    this.durable.splice(0, Infinity, ...this.#snapshot());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.flush();
  }
}
