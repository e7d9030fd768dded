export interface Pareto {
  /** Shape: the smaller, the heavier the tail; the variance is infinite up to 2. */
  readonly alpha: number;
  /** The least value. */
  readonly scale: number;
}

/** Where p99/mean is largest: d/du [ln(1 - u) + u ln 100] = 0 for u = 1/alpha. */
const WIDEST = 1 - 1 / Math.log(100);

/** The largest p99/mean that a Pareto distribution can have, about 7.99. */
export const PARETO_MAX_RATIO = ratioAt(WIDEST);

/**
 * The Pareto distribution with this mean and p99; undefined when there is none.
 * mean = scale alpha / (alpha - 1) and p99 = scale 100^(1/alpha) give p99/mean = (1 - u) 100^u with
 * u = 1/alpha, which grows up to WIDEST and falls after it: the lighter tail is taken, by bisection.
 */
export function paretoFrom(mean: number, p99: number): Pareto | undefined {
  const ratio = p99 / mean;
  if (ratio <= 1 || ratio > PARETO_MAX_RATIO) return undefined;
  let [low, high] = [0, WIDEST];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (ratioAt(middle) < ratio) low = middle;
    else high = middle;
  }
  const u = (low + high) / 2;
  return { alpha: 1 / u, scale: mean * (1 - u) };
}

function ratioAt(u: number): number {
  return (1 - u) * 100 ** u;
}
