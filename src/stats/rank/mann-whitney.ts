import type { Measured } from '../measured.ts';
import { normalCdf } from '../normal.ts';
import { pairs } from './pairs.ts';
import { tiedUDistribution, uDistribution } from './u-distribution.ts';

/** Values a side up to which the distribution of U is computed rather than approximated. */
const EXACT_WITHOUT_TIES = 50;
const EXACT_WITH_TIES = 25;

export interface MannWhitney {
  /** Pairs (x of a, y of b) with x < y, ties counting one half: n·m/2 when neither side is larger. */
  readonly u: number;
  /** Two-sided: twice the smaller tail, at most 1. */
  readonly p: number;
  /** False: the normal approximation, corrected for ties and for continuity. */
  readonly exact: boolean;
}

/**
 * Mann-Whitney's U test of whether values of `b` tend to be larger (or smaller) than those of `a`. Assumes independent
 * values, so give it one per run; assumes no distribution. Infinity (see `comparable`) stands for "larger than all
 * that is finite": two of them tie. Throws RangeError for an empty side or NaN.
 */
export function mannWhitney(a: readonly Measured[], b: readonly Measured[]): MannWhitney {
  const { u, groups } = pairs(a, b);
  const sizes = groups.map(({ inA, inB }) => inA + inB);
  const tied = sizes.some((size) => size > 1);
  const exact = Math.max(a.length, b.length) <= (tied ? EXACT_WITH_TIES : EXACT_WITHOUT_TIES);
  if (!exact) return { u, p: approximate(u, a.length, b.length, sizes), exact };
  const underNull = tied ? tiedUDistribution(b.length, sizes) : uDistribution(b.length, a.length);
  return { u, p: Math.min(1, 2 * Math.min(underNull.atMost(u), underNull.atLeast(u))), exact };
}

/**
 * Cliff's delta: how much more often a value of `b` is larger than one of `a` than it is smaller, −1..1. Throws
 * RangeError like mannWhitney.
 */
export function cliffsDelta(a: readonly Measured[], b: readonly Measured[]): number {
  return (2 * pairs(a, b).u) / (a.length * b.length) - 1;
}

function approximate(u: number, n: number, m: number, sizes: readonly number[]): number {
  const total = n + m;
  const ties = sizes.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (deviation === 0) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / deviation));
}
