import { backoff } from './backoff.ts';

export interface WorkQueueOptions {
  /** Keys worked on at a time; 1 if not said. */
  readonly concurrency?: number;
  /** First and longest wait after a failure, in ms; 5 ms and 60 s if not said. */
  readonly retryBase?: number;
  readonly retryMax?: number;
  /** Told of every failed attempt; the key is tried again in any case. */
  readonly onError?: (error: unknown, key: string, failures: number) => void;
}

/**
 * Runs one handler per key: never two at once for the same key, one run for any number of adds before it, and
 * one more when a key is added while it runs. A handler that throws is run again after an exponential wait.
 */
export class WorkQueue implements AsyncDisposable {
  readonly #handler: (key: string) => Promise<void> | void;
  readonly #options: Required<WorkQueueOptions>;
  /** Waiting, in order of arrival. */
  readonly #ready = new Set<string>();
  readonly #running = new Set<string>();
  /** Added while running: run once more. */
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { due: number; timer: NodeJS.Timeout }>();
  #idle: PromiseWithResolvers<void> | undefined;
  #stopped = false;
  #waking = false;

  constructor(handler: (key: string) => Promise<void> | void, options: WorkQueueOptions = {}) {
    this.#handler = handler;
    this.#options = { concurrency: 1, retryBase: 5, retryMax: 60_000, onError: () => {}, ...options };
  }

  /** Keys that wait to be run now, without those that wait for their time. */
  get size(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#running.has(key)) this.#again.add(key);
    else this.#ready.add(key);
    this.#wake();
  }

  /** Adds the key after `ms`; of several waits for one key the shortest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const due = performance.now() + ms;
    const waiting = this.#timers.get(key);
    if (waiting && waiting.due <= due) return;
    clearTimeout(waiting?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
      this.#settle();
    }, ms);
    this.#timers.set(key, { due, timer });
  }

  /** Resolves when nothing runs, waits, or waits for its time. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** Drops what waits and resolves when what runs has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#ready.clear();
    this.#again.clear();
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.idle();
  }

  /** Runs handlers in a microtask of their own, never inside add(). */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    queueMicrotask(() => {
      this.#waking = false;
      this.#fill();
    });
  }

  #fill(): void {
    for (const key of this.#ready) {
      if (this.#running.size >= this.#options.concurrency) return;
      this.#ready.delete(key);
      this.#running.add(key);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#handler(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.onError(error, key, failures);
      this.addAfter(key, backoff(failures - 1, this.#options.retryBase, this.#options.retryMax));
    } finally {
      this.#running.delete(key);
      if (this.#again.delete(key)) this.add(key);
      this.#fill();
      this.#settle();
    }
  }

  #isIdle(): boolean {
    return this.#ready.size === 0 && this.#running.size === 0 && this.#timers.size === 0;
  }

  #settle(): void {
    if (!this.#isIdle()) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
