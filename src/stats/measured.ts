import type { Bound } from './ordered-samples.ts';

/** One value, usually the summary of a run: a plain number, or one that may be only a lower bound. */
export type Measured = number | Bound;

/** The values of one side as bounds. Throws RangeError when there are none, or for NaN. */
export function bounds(values: readonly Measured[]): Bound[] {
  if (values.length === 0) throw new RangeError('Expected at least one value on each side');
  return values.map((each) => {
    const { value, atLeast } = typeof each === 'number' ? { value: each, atLeast: false } : each;
    if (Number.isNaN(value)) throw new RangeError('Expected numbers, got NaN');
    return { value, atLeast };
  });
}

/** A bound as a number to rank: what is only known to be at least something lies behind all else, and ties with its like. */
export function comparable({ value, atLeast }: Bound): number {
  return atLeast ? Infinity : value;
}

/** Order of numbers with infinities among them, whose difference would be no number. */
export function ascending(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Order of bounds: by value, those that are only bounds behind all others. */
export function risingBounds(x: Bound, y: Bound): number {
  return Number(x.atLeast) - Number(y.atLeast) || x.value - y.value;
}

/** The middle one, or the mean of the middle two. Of at least one. */
export function median(values: readonly Bound[]): Bound {
  const rising = values.toSorted(risingBounds);
  const low = rising[(rising.length - 1) >> 1]!;
  const high = rising[rising.length >> 1]!;
  return low === high ? low : { value: (low.value + high.value) / 2, atLeast: high.atLeast };
}
