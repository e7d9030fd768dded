/** Values of one series as they came: three columns of the same length. */
export interface SampleColumns {
  readonly values: Float64Array;
  /** 1 where the true value is at least `values[i]`: refused, failed or still pending; 0 where it is exact. */
  readonly atLeast: Uint8Array;
  /** Which cluster (for example the second of its arrival) a sample belongs to. */
  readonly clusters: Uint32Array;
}

/** A number of which the truth is known exactly, or only that it is not smaller. */
export interface Bound {
  readonly value: number;
  /** True: the quantile fell among the failed or censored; read it as "≥ value". */
  readonly atLeast: boolean;
}

/**
 * Samples in the order that quantiles need: exact values ascending, then the bounded ones ascending. A bounded
 * sample counts as slower than every exact one, so that a failure never makes a quantile look better.
 */
export interface OrderedSamples {
  readonly values: Float64Array;
  readonly clusters: Uint32Array;
  /** values[0 .. exact) are exact, the rest are lower bounds. */
  readonly exact: number;
}

/** Sorts columns into the order that quantiles need; the input is left as it is. */
export function orderSamples({ values, atLeast, clusters }: SampleColumns): OrderedSamples {
  const order = new Uint32Array(values.length);
  let exact = 0;
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
    if (atLeast[i] === 0) exact++;
  }
  order.sort((a, b) => atLeast[a]! - atLeast[b]! || values[a]! - values[b]!);
  const sorted = new Float64Array(order.length);
  const sortedClusters = new Uint32Array(order.length);
  for (const [i, from] of order.entries()) {
    sorted[i] = values[from]!;
    sortedClusters[i] = clusters[from]!;
  }
  return { values: sorted, clusters: sortedClusters, exact };
}

/** Samples without failures and in one cluster: the short way for a plain list of numbers. */
export function orderValues(values: ArrayLike<number>): OrderedSamples {
  const sorted = Float64Array.from(values).sort();
  return { values: sorted, clusters: new Uint32Array(sorted.length), exact: sorted.length };
}
