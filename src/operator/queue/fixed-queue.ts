import { type Clock, systemClock } from './clock.ts';
import { QueueMetrics } from './queue-metrics.ts';

export interface FixedQueueOptions<T> {
  /** Items that wait for a worker at most. */
  readonly length: number;
  /** Items worked on at a time. */
  readonly workers: number;
  readonly clock?: Clock;
  /** Told of work that threw; the item is dropped. */
  readonly onError: (failure: { readonly error: unknown; readonly item: T }) => void;
}

/**
 * The queue that Kubernetes' node IPAM had before it used a work queue (pkg/controller/nodeipam/ipam, up to 1.27): a
 * channel of fixed length with workers behind it. Whoever handles an event decides and puts its item into the channel;
 * while that is full it waits, and all later events wait behind it, undecided.
 */
export class FixedQueue<T> implements AsyncDisposable {
  readonly metrics = new QueueMetrics();
  readonly #work: (item: T) => Promise<void>;
  readonly #length: number;
  readonly #workers: number;
  readonly #clock: Clock;
  readonly #onError: FixedQueueOptions<T>['onError'];
  readonly #items = new Set<{ readonly item: T; readonly since: number }>();
  /** Events that wait behind one whose item finds no room. */
  readonly #events = new Set<() => T | undefined>();
  readonly #timers = new Set<() => void>();
  #running = 0;
  #idle = Promise.withResolvers<void>();
  #filling = false;
  #stopped = false;

  /** @param work what happens before its first `await` happens in the order of the queue */
  constructor(work: (item: T) => Promise<void>, options: FixedQueueOptions<T>) {
    this.#work = work;
    this.#length = options.length;
    this.#workers = options.workers;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError;
  }

  /** Items that wait for a worker, and events that wait for room. */
  get depth(): number {
    return this.#items.size + this.#events.size;
  }

  /** Items that wait for the time of their next try. */
  get delayed(): number {
    return this.#timers.size;
  }

  /** Handles an event: `decide` says what comes into the queue, if anything. It is called once, now or later. */
  handle(decide: () => T | undefined): void {
    if (this.#stopped) return;
    this.#events.add(() => decide());
    this.#admit();
    this.#wake();
  }

  /** Puts an item back after `ms`, room or not. */
  retryAfter(item: T, ms: number): void {
    if (this.#stopped) return;
    this.metrics.retried();
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      this.#push(item);
      this.#wake();
    });
    this.#timers.add(cancel);
  }

  /** Resolves when nothing is worked on or waits for a worker; what waits for its time does not count. */
  async idle(): Promise<void> {
    while (this.#running + this.depth > 0) await this.#idle.promise;
  }

  /** Drops what waits; resolves when what is worked on has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    for (const waiting of [this.#timers, this.#events, this.#items]) waiting.clear();
    await this.idle();
  }

  /** One item more than there is room for: the one with which its event waits. */
  #admit(): void {
    for (const decide of this.#events) {
      if (this.#items.size > this.#length) return;
      this.#events.delete(decide);
      const item = decide();
      if (item !== undefined) this.#push(item);
    }
  }

  #push(item: T): void {
    this.#items.add({ item, since: this.#clock.now() });
  }

  #wake(): void {
    if (this.#filling) return;
    this.#filling = true;
    queueMicrotask(() => {
      this.#filling = false;
      this.#fill();
    });
  }

  #fill(): void {
    for (const entry of this.#items) {
      if (this.#running >= this.#workers) return;
      this.#items.delete(entry);
      this.#running++;
      this.metrics.taken(this.#clock.now() - entry.since);
      void this.#run(entry.item);
      this.#admit();
    }
  }

  async #run(item: T): Promise<void> {
    try {
      await this.#work(item);
    } catch (error) {
      this.#onError({ error, item });
    }
    this.#running--;
    this.#fill();
    if (this.#running + this.depth > 0) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers<void>();
  }
}
