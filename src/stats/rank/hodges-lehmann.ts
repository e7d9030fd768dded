import { ascending, bounds, type Measured } from '../measured.ts';
import { normalQuantile } from '../normal.ts';
import { uDistribution } from './u-distribution.ts';

/** Values a side up to which the interval comes from the exact distribution of U. */
const EXACT = 50;

export interface HodgesLehmann {
  /** The median of all differences y − x; undefined where values that are only bounds leave it open. */
  readonly shift: number | undefined;
  /** Interval of at least the level asked for; infinite where too few values, or only bounds, limit nothing. */
  readonly low: number;
  readonly high: number;
}

/**
 * Hodges and Lehmann's estimate of how far `b` lies above `a`, in the unit of the values, with the interval that
 * inverts Mann-Whitney's test: it excludes 0 where that test (without ties) says p < 1 − level. Assumes independent
 * values, so give it one per run, and sides that differ by a shift. Throws RangeError for an empty side or NaN.
 */
export function hodgesLehmann(a: readonly Measured[], b: readonly Measured[], level = 0.95): HodgesLehmann {
  const [xs, ys] = [bounds(a), bounds(b)];
  // A difference lies between these two; they are equal unless a side of it is only a bound.
  const least = xs.flatMap((x) => ys.map((y) => (x.atLeast ? -Infinity : y.value - x.value)));
  const most = xs.flatMap((x) => ys.map((y) => (y.atLeast ? Infinity : y.value - x.value)));
  least.sort(ascending);
  most.sort(ascending);
  const [lowest, highest] = [median(least), median(most)];
  const outside = beyond(xs.length, ys.length, (1 - level) / 2);
  return {
    shift: lowest === highest ? lowest : undefined,
    low: least[outside - 1] ?? -Infinity,
    high: most[most.length - outside] ?? Infinity,
  };
}

/** The rank k of the difference at which the interval starts: the largest with P(U ≤ k − 1) ≤ tail; 0 for none. */
function beyond(m: number, n: number, tail: number): number {
  if (Math.max(m, n) > EXACT) {
    const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
    // Half a step, as the test corrects for continuity.
    return Math.max(0, Math.floor((m * n) / 2 + 0.5 + normalQuantile(tail) * deviation));
  }
  const { atMost } = uDistribution(m, n);
  let k = 0;
  while (atMost(k) <= tail) k++;
  return k;
}

function median(rising: readonly number[]): number {
  const [low, high] = [rising[(rising.length - 1) >> 1]!, rising[rising.length >> 1]!];
  return low === high ? low : (low + high) / 2;
}
