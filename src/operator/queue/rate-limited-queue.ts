import { type Clock, systemClock } from './clock.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { RetryLimiter } from './retry-limiter.ts';

export interface RateLimitedQueueOptions {
  /** Items worked on at a time. */
  readonly workers: number;
  /** Failures after which an item is dropped until it is added again; never if not said. */
  readonly maxRetries?: number;
  readonly clock?: Clock;
  /** Told of every failed try. */
  readonly onError: (error: unknown, item: string) => void;
}

/**
 * The work queue of Kubernetes' controllers (k8s.io/client-go/util/workqueue): first come, first served; an item that
 * is there already is not added twice, one that is added while it is worked on comes once more afterwards. An item
 * whose work fails comes again after the {@link RetryLimiter}'s wait, or at once when it is added by somebody else.
 */
export class RateLimitedQueue implements AsyncDisposable {
  readonly metrics = new QueueMetrics();
  readonly #work: (item: string) => Promise<void>;
  readonly #workers: number;
  readonly #maxRetries: number;
  readonly #clock: Clock;
  readonly #onError: (error: unknown, item: string) => void;
  readonly #limiter: RetryLimiter;
  /** Waiting for a worker, with the time since when. */
  readonly #ready = new Map<string, number>();
  readonly #running = new Set<string>();
  /** Added while worked on. */
  readonly #again = new Map<string, number>();
  readonly #delayed = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  #idle = Promise.withResolvers<void>();
  #filling = false;
  #stopped = false;

  /** @param work what happens before its first `await` happens in the order of the queue */
  constructor(work: (item: string) => Promise<void>, options: RateLimitedQueueOptions) {
    this.#work = work;
    this.#workers = options.workers;
    this.#maxRetries = options.maxRetries ?? Number.POSITIVE_INFINITY;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError;
    this.#limiter = new RetryLimiter(() => this.#clock.now());
  }

  /** Items that wait for a worker. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Items that wait for the time of their next try. */
  get delayed(): number {
    return this.#delayed.size;
  }

  add(item: string): void {
    if (this.#stopped || this.#ready.has(item) || this.#again.has(item)) return;
    (this.#running.has(item) ? this.#again : this.#ready).set(item, this.#clock.now());
    this.#wake();
  }

  /** Resolves when nothing is worked on or waits for a worker; what waits for its time does not count. */
  async idle(): Promise<void> {
    while (this.#running.size + this.#ready.size > 0) await this.#idle.promise;
  }

  /** Drops what waits; resolves when what is worked on has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    for (const waiting of [this.#delayed, this.#ready, this.#again]) waiting.clear();
    await this.idle();
  }

  /** Workers start in a turn of their own, never inside add(). */
  #wake(): void {
    if (this.#filling) return;
    this.#filling = true;
    queueMicrotask(() => {
      this.#filling = false;
      this.#fill();
    });
  }

  #fill(): void {
    for (const [item, since] of this.#ready) {
      if (this.#running.size >= this.#workers) return;
      this.#ready.delete(item);
      this.#running.add(item);
      this.metrics.taken(this.#clock.now() - since);
      void this.#run(item);
    }
  }

  async #run(item: string): Promise<void> {
    try {
      await this.#work(item);
      this.#limiter.forget(item);
    } catch (error) {
      this.#onError(error, item);
      this.#retry(item);
    }
    this.#running.delete(item);
    const since = this.#again.get(item);
    if (this.#again.delete(item)) this.#ready.set(item, since!);
    this.#fill();
    if (this.#running.size + this.#ready.size > 0) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers<void>();
  }

  #retry(item: string): void {
    if (this.#stopped) return;
    if (this.#limiter.retriesOf(item) >= this.#maxRetries) {
      this.#limiter.forget(item);
      return;
    }
    this.metrics.retried();
    const wait = this.#limiter.when(item);
    const due = this.#clock.now() + wait;
    const before = this.#delayed.get(item);
    // Of two times the earlier one counts.
    if (before && before.due <= due) return;
    before?.cancel();
    const cancel = this.#clock.after(wait, () => {
      this.#delayed.delete(item);
      this.add(item);
    });
    this.#delayed.set(item, { due, cancel });
  }
}
