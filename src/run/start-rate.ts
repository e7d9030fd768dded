/** How long is looked back, ns: at a few pods a second a shorter time says nothing. */
const WINDOW_NS = 10e9;

/** Starts a second of late, out of a count that is looked at now and then. */
export class StartRate {
  readonly #seen: { readonly at: number; readonly started: number }[];

  /** @param begin when nothing had started yet: CLOCK_MONOTONIC in ns */
  constructor(begin: number) {
    this.#seen = [{ at: begin, started: 0 }];
  }

  /** How many started between the last two looks. */
  get last(): number {
    return this.#seen.at(-1)!.started - (this.#seen.at(-2)?.started ?? 0);
  }

  /** Starts a second since the look that was ten seconds ago, or since the beginning. */
  next(at: number, started: number): number {
    this.#seen.push({ at, started });
    // The last one outside the window stays: the window begins there.
    while (this.#seen.length > 2 && this.#seen[1]!.at <= at - WINDOW_NS) this.#seen.shift();
    const from = this.#seen[0]!;
    return at > from.at ? ((started - from.started) / (at - from.at)) * 1e9 : 0;
  }
}
