export interface BucketSpec {
  /** Requests a second in the long run. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
}

/** Lets so many requests through a second, and a burst at once. Refuses at once: nobody waits in it. Pure. */
export class TokenBucket {
  readonly #spec: BucketSpec;
  #tokens: number;
  #filledAt: number;

  /** @param now ms since any fixed instant, which never runs backwards */
  constructor(spec: BucketSpec, now: number) {
    this.#spec = spec;
    this.#tokens = spec.burst;
    this.#filledAt = now;
  }

  /** Takes a token and gives 0, or takes none and gives the ms until there is one. */
  take(now: number): number {
    const { perSecond, burst } = this.#spec;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
    // What rounding took from a wait that is over.
    if (this.#tokens >= 1 - 1e-9) {
      this.#tokens = Math.max(0, this.#tokens - 1);
      return 0;
    }
    return ((1 - this.#tokens) / perSecond) * 1000;
  }
}
