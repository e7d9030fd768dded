import { ascending } from '../measured.ts';

export interface SignedRank {
  /** Sum of the ranks of positive differences, zeros left out. */
  readonly w: number;
  /** Two-sided: twice the smaller tail, at most 1; exact, with ties as they are. */
  readonly p: number;
}

export interface WalshShift {
  /** The median of all averages of two differences, each with itself among them. */
  readonly shift: number;
  /** Interval of at least the level asked for; infinite where too few differences limit nothing. */
  readonly low: number;
  readonly high: number;
}

/**
 * Wilcoxon's signed-rank test of whether differences of pairs tend to be positive (or negative). Assumes that pairs are
 * independent and, under the hypothesis, differences symmetric round 0. Throws RangeError without differences, or for NaN.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  check(differences);
  const rising = differences.filter((d) => d !== 0).toSorted((x, y) => ascending(Math.abs(x), Math.abs(y)));
  // Twice the rank, to have whole numbers: equal differences share the mean of their ranks.
  const doubled = rising.map((d) => {
    const equal = rising.flatMap((other, i) => (Math.abs(other) === Math.abs(d) ? [i + 1] : []));
    return equal[0]! + equal.at(-1)!;
  });
  const w2 = doubled.reduce((sum, rank, i) => sum + (rising[i]! > 0 ? rank : 0), 0);
  const { atMost, atLeast } = sumsOf(doubled);
  return { w: w2 / 2, p: Math.min(1, 2 * Math.min(atMost(w2), atLeast(w2))) };
}

/**
 * Hodges and Lehmann's estimate of the centre of differences, with the interval that inverts the signed-rank test (without
 * ties). Throws RangeError without differences, or for NaN.
 */
export function walshShift(differences: readonly number[], level = 0.95): WalshShift {
  check(differences);
  const averages = differences
    .flatMap((x, i) => differences.slice(i).map((y) => (x + y) / 2))
    .toSorted(ascending);
  const { atMost } = sumsOf(differences.map((_, i) => 2 * (i + 1)));
  let k = 0;
  while (k < averages.length && atMost(2 * k) <= (1 - level) / 2) k++;
  const [low, high] = [averages[(averages.length - 1) >> 1]!, averages[averages.length >> 1]!];
  return {
    shift: (low + high) / 2,
    low: averages[k - 1] ?? -Infinity,
    high: averages[averages.length - k] ?? Infinity,
  };
}

/** The distribution of the sum of those of these numbers that get a positive sign, each by the toss of a coin. */
function sumsOf(numbers: readonly number[]) {
  const most = numbers.reduce((sum, number) => sum + number, 0);
  let shares = new Float64Array(most + 1);
  shares[0] = 1;
  for (const number of numbers) {
    const next = shares.map((share) => share / 2);
    for (let sum = 0; sum + number <= most; sum++) next[sum + number]! += shares[sum]! / 2;
    shares = next;
  }
  const between = (from: number, to: number) =>
    shares.subarray(from, to + 1).reduce((sum, share) => sum + share, 0);
  return { atMost: (sum: number) => between(0, sum), atLeast: (sum: number) => between(sum, most) };
}

function check(differences: readonly number[]): void {
  if (differences.length === 0) throw new RangeError('Expected at least one difference');
  if (differences.some(Number.isNaN)) throw new RangeError('Expected numbers, got NaN');
}
