/** Fewer values than this are no level of their own: one or two strange nights are not a change. */
export const MIN_SEGMENT = 3;

export interface Split {
  /** Index of the first value after the change. */
  readonly at: number;
  /** How far the values before lie from those after it, scaled so that splits of any size compare. */
  readonly distance: number;
}

/**
 * The split of `values` with the largest energy distance (Székely and Rizzo 2013, exponent 1) between all before it and
 * a stretch after it that may end early, so that a level that comes and goes is seen (Matteson and James 2014, section
 * 2.2). Quadratic in time and memory. Needs 2 · MIN_SEGMENT values.
 */
export function energySplit(values: ArrayLike<number>): Split {
  const n = values.length;
  const sums = distanceSums(values);
  const width = n + 1;
  let best: Split = { at: 0, distance: -Infinity };
  for (let at = MIN_SEGMENT; at <= n - MIN_SEGMENT; at++) {
    const before = sums[at * width + at]! / (at * (at - 1));
    for (let end = at + MIN_SEGMENT; end <= n; end++) {
      const size = end - at;
      const cross = sums[at * width + end]! - sums[at * width + at]!;
      const square = sums[end * width + end]! - 2 * sums[at * width + end]! + sums[at * width + at]!;
      const energy = (2 * cross) / (at * size) - before - square / (size * (size - 1));
      const distance = ((at * size) / end) * energy;
      if (distance > best.distance) best = { at, distance };
    }
  }
  return best;
}

/** sums[i·(n+1) + j]: Σ |values[a] − values[b]| over a < i and b < j, so that any rectangle is four reads. */
function distanceSums(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const width = n + 1;
  const sums = new Float64Array(width * width);
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) {
      row += Math.abs(values[i]! - values[j]!);
      sums[(i + 1) * width + j + 1] = sums[i * width + j + 1]! + row;
    }
  }
  return sums;
}
