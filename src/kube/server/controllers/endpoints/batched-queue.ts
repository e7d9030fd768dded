import { WorkQueue } from '../../../index.ts';

export interface BatchedQueueOptions {
  readonly sync: (serviceKey: string, since: string | undefined) => Promise<void>;
  readonly onError: (error: unknown, serviceKey: string) => void;
  /** Least time between the beginnings of two syncs of one service, in ms. */
  readonly batchPeriod: number;
}

/** Services synced at a time. */
const CONCURRENCY = 8;

/**
 * A work queue of services that lets the first change through at once and gathers those that follow within the
 * batch period. It keeps the earliest time that a change is counted from until a sync has succeeded.
 */
export class BatchedQueue implements AsyncDisposable {
  readonly #options: BatchedQueueOptions;
  readonly #queue: WorkQueue;
  readonly #began = new Map<string, number>();
  readonly #since = new Map<string, string>();

  constructor(options: BatchedQueueOptions) {
    this.#options = options;
    this.#queue = new WorkQueue((key) => this.#sync(key), {
      concurrency: CONCURRENCY,
      onError: options.onError,
    });
  }

  add(serviceKey: string, since: string | undefined): void {
    const known = this.#since.get(serviceKey);
    if (since !== undefined && (known === undefined || since < known)) this.#since.set(serviceKey, since);
    const wait =
      (this.#began.get(serviceKey) ?? Number.NEGATIVE_INFINITY) +
      this.#options.batchPeriod -
      performance.now();
    if (wait > 0) this.#queue.addAfter(serviceKey, wait);
    else this.#queue.add(serviceKey);
  }

  /** A deleted service needs no memory. */
  forget(serviceKey: string): void {
    this.#began.delete(serviceKey);
    this.#since.delete(serviceKey);
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue[Symbol.asyncDispose]();
  }

  async #sync(key: string): Promise<void> {
    const since = this.#since.get(key);
    this.#began.set(key, performance.now());
    await this.#options.sync(key, since);
    if (this.#since.get(key) === since) this.#since.delete(key);
  }
}
