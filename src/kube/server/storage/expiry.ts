import type { Store } from './store.ts';

/** How often is looked for what has expired, in ms. */
const SWEEP = 60_000;

/** Removes objects that nobody has written for a while, as kube-apiserver does with events (`--event-ttl`). */
export class Expiry implements Disposable {
  readonly #store: Store;
  readonly #ttl: number;
  readonly #clock: () => number;
  /** When each object was written last, the oldest first. */
  readonly #written = new Map<string, number>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;

  /**
   * @param ttl ms
   * @param clock ms since the epoch
   */
  constructor(store: Store, ttl: number, clock: () => number) {
    this.#store = store;
    this.#ttl = ttl;
    this.#clock = clock;
    this.#unsubscribe = store.subscribe(({ type, entry }) => {
      this.#written.delete(entry.key);
      if (type !== 'DELETED') this.#written.set(entry.key, this.#clock());
    });
    this.#timer = setInterval(() => this.sweep(), SWEEP).unref();
  }

  /** Removes what has expired by now. */
  sweep(): void {
    const oldest = this.#clock() - this.#ttl;
    for (const [key, time] of this.#written) {
      if (time > oldest) return;
      this.#store.remove(key);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
  }
}
