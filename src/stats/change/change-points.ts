import { ascending, bounds, comparable, type Measured, median } from '../measured.ts';
import type { Bound } from '../ordered-samples.ts';
import { energySplit, MIN_SEGMENT } from './energy-split.ts';
import { type PermutationOptions, permutationP } from './permutation-test.ts';

/** How far the place of a change is searched from where ranks put it. */
const NEAR = 2;

export interface ChangePoint {
  /** Index of the first value at the new level. */
  readonly index: number;
  /** Share of random orders of the same values that show a split as clear; at least 1/(permutations + 1). */
  readonly p: number;
  /** Medians from the change before to this one, and from this one to the next. */
  readonly before: Bound;
  readonly after: Bound;
}

export interface ChangePointOptions {
  readonly seed: number;
  /** Shorter series have no change points; 10 unless given. */
  readonly minimum?: number;
  /** Level of each permutation test, 0.01 unless given. */
  readonly alpha?: number;
  /** Random orders per test, 999 unless given. */
  readonly permutations?: number;
}

/**
 * Where the level of a series changes, in order: hierarchical division by energy distance with permutation tests
 * (E-divisive, Matteson and James 2014), on the ranks within each stretch, so that the size of an outlier does not matter.
 * A level lasts at least MIN_SEGMENT values. Assumes that values of one level are exchangeable: a slow drift shows up as
 * steps. Deterministic for a seed. Throws RangeError for NaN.
 */
export function changePoints(series: readonly Measured[], options: ChangePointOptions): ChangePoint[] {
  const { seed, minimum = 10, alpha = 0.01, permutations = 999 } = options;
  if (series.length < minimum) return [];
  const values = bounds(series);
  const found: { index: number; p: number }[] = [];
  const divide = (from: number, to: number) => {
    if (to - from < 2 * MIN_SEGMENT) return;
    const split = significantSplit(values.slice(from, to), { seed, alpha, permutations });
    if (split === undefined) return;
    divide(from, from + split.at);
    found.push({ index: from + split.at, p: split.p });
    divide(from + split.at, to);
  };
  divide(0, values.length);
  for (const [i, change] of found.entries()) {
    const stretch = [found[i - 1]?.index ?? 0, found[i + 1]?.index ?? values.length] as const;
    change.index = locate(values, change.index, stretch);
  }
  const levels = [0, ...found.map(({ index }) => index)].map((from, i) =>
    median(values.slice(from, found[i]?.index)),
  );
  return found.map((change, i) => ({ ...change, before: levels[i]!, after: levels[i + 1]! }));
}

/**
 * The index near `at` that divides the stretch round it best: the values lie closest to the medians of their sides. Ranks
 * say whether there is a change, but an outlier shifts theirs by one, and the night decides who is asked about it.
 */
function locate(values: readonly Bound[], at: number, [from, to]: readonly [number, number]): number {
  const first = Math.max(from + MIN_SEGMENT, at - NEAR);
  const last = Math.min(to - MIN_SEGMENT, at + NEAR);
  let best = { at, deviation: Infinity };
  for (let index = first; index <= last; index++) {
    const deviation = deviationOf(values.slice(from, index)) + deviationOf(values.slice(index, to));
    if (deviation < best.deviation) best = { at: index, deviation };
  }
  return best.at;
}

function deviationOf(values: readonly Bound[]): number {
  const middle = median(values).value;
  return values.reduce((sum, { value }) => sum + Math.abs(value - middle), 0);
}

/** The clearest split, unless too many random orders have one as clear. */
function significantSplit(
  values: readonly Bound[],
  options: PermutationOptions,
): { readonly at: number; readonly p: number } | undefined {
  const ranks = midranks(values);
  const { at, distance } = energySplit(ranks);
  const p = permutationP(ranks, distance, options);
  return p <= options.alpha ? { at, p } : undefined;
}

/** Ranks from 1, equal values sharing the mean of theirs. */
function midranks(values: readonly Bound[]): Float64Array {
  const numbers = values.map(comparable);
  const rising = numbers.toSorted(ascending);
  return Float64Array.from(
    numbers,
    (number) => (rising.indexOf(number) + rising.lastIndexOf(number)) / 2 + 1,
  );
}
