import type { Bound, OrderedSamples } from './ordered-samples.ts';

/**
 * The 1-based rank of quantile `q` among `n` samples: the smallest k with k/n ≥ q (inverse of the empirical
 * distribution, R type 1). No interpolation: with censored samples there is nothing to interpolate with.
 */
export function rankOf(q: number, n: number): number {
  // 0.99 * 100 is 99.00000000000001 in floating point, and its ceiling would be one sample too far.
  const exact = q * n;
  const near = Math.round(exact);
  return Math.min(n, Math.max(1, Math.abs(exact - near) < 1e-9 * n ? near : Math.ceil(exact)));
}

/** Quantile `q` (0..1), or undefined without samples. */
export function quantile(samples: OrderedSamples, q: number): Bound | undefined {
  return samples.values.length === 0 ? undefined : atRank(samples, rankOf(q, samples.values.length));
}

/**
 * The value of 1-based rank `rank`. Within the exact samples it is that sample. Beyond them all that is known
 * is a bound: the sample of this rank when every bounded sample is taken at its bound, since each true value
 * is no smaller than its own.
 */
export function atRank({ values, exact }: OrderedSamples, rank: number): Bound {
  if (rank <= exact) return { value: values[rank - 1]!, atLeast: false };
  return { value: kthOfTwo(values.subarray(0, exact), values.subarray(exact), rank), atLeast: true };
}

/** The k-th smallest (1-based) of the union of two ascending lists, without merging them. */
function kthOfTwo(a: Float64Array, b: Float64Array, k: number): number {
  let low = Math.max(0, k - b.length);
  let high = Math.min(k, a.length);
  while (low < high) {
    const fromA = (low + high) >>> 1;
    if (a[fromA]! < b[k - fromA - 1]!) low = fromA + 1;
    else high = fromA;
  }
  return Math.max(low > 0 ? a[low - 1]! : -Infinity, k > low ? b[k - low - 1]! : -Infinity);
}

/** The mean; a lower bound as soon as one sample is. Undefined without samples. */
export function mean({ values, exact }: OrderedSamples): Bound | undefined {
  if (values.length === 0) return undefined;
  let sum = 0;
  for (const value of values) sum += value;
  return { value: sum / values.length, atLeast: exact < values.length };
}

/** The largest sample; a lower bound when any sample is one. Undefined without samples. */
export function maximum(samples: OrderedSamples): Bound | undefined {
  return quantile(samples, 1);
}

/**
 * How many samples quantile `q` needs before the largest of them exceeds the true quantile with 95 %
 * confidence (1 − qⁿ ≥ 0.95): 5 for p50, 29 for p90, 299 for p99, 2995 for p99.9. With fewer, "p99" is
 * another word for the maximum, and no upper limit can be stated.
 */
export function samplesNeeded(q: number): number {
  if (q >= 1 || q <= 0) return 1;
  return Math.ceil(Math.log(0.05) / Math.log(q));
}
