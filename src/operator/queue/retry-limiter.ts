/** Waits for one item, in ms: the first, doubled at each failure, and the longest. */
const ITEM_BASE_MS = 5;
const ITEM_MAX_MS = 1_000_000;
/** Retries of all items together: so many a second, and so many at once on top. */
const RATE = 10;
const BURST = 100;

/**
 * How long an item that failed waits for its next try, by the default limiter of Kubernetes' controllers
 * (k8s.io/client-go/util/workqueue, DefaultTypedControllerRateLimiter): the longer of its own exponential wait and of
 * its turn in one token bucket for all. Pure; the time comes in from outside.
 */
export class RetryLimiter {
  readonly #now: () => number;
  readonly #failures = new Map<string, number>();
  #tokens = BURST;
  #filledAt: number;

  /** @param now ms since any fixed instant */
  constructor(now: () => number) {
    this.#now = now;
    this.#filledAt = now();
  }

  /** Counts a failure and takes the item's turn: ms until it may be tried again. */
  when(item: string): number {
    const failures = this.retriesOf(item);
    this.#failures.set(item, failures + 1);
    return Math.max(Math.min(ITEM_BASE_MS * 2 ** failures, ITEM_MAX_MS), this.#reserve());
  }

  /** The item succeeded or is given up: its next failure is its first. */
  forget(item: string): void {
    this.#failures.delete(item);
  }

  /** Failures since the item was last forgotten. */
  retriesOf(item: string): number {
    return this.#failures.get(item) ?? 0;
  }

  /** A token, if need be one that is yet to come (golang.org/x/time/rate, Limiter.Reserve). */
  #reserve(): number {
    const now = this.#now();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#filledAt) / 1000) * RATE) - 1;
    this.#filledAt = now;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / RATE) * 1000;
  }
}
