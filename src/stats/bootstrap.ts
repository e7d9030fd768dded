import type { Bound, OrderedSamples } from './ordered-samples.ts';
import { atRank, rankOf } from './quantile.ts';
import { seeded } from './random.ts';

/** Fewer clusters than this say nothing about how clusters differ. */
export const MIN_CLUSTERS = 5;

/** A two-sided interval; an end may itself be only a lower bound. */
export interface Interval {
  readonly low: Bound;
  readonly high: Bound;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Coverage asked for; 0.95 unless given. */
  readonly level?: number;
  /** Resamples; by default 1000, fewer (at least 200) for more than 200,000 samples. */
  readonly resamples?: number;
}

/**
 * Percentile intervals of several quantiles by the cluster bootstrap: whole clusters (seconds of a run, or
 * runs) are drawn with replacement, since neighbours in time are not independent. Undefined when there are
 * fewer than MIN_CLUSTERS clusters. Deterministic for a seed.
 */
export function bootstrapQuantiles(
  samples: OrderedSamples,
  quantiles: readonly number[],
  options: BootstrapOptions,
): readonly (Interval | undefined)[] {
  const { clusters, sizes } = renumber(samples.clusters);
  if (sizes.length < MIN_CLUSTERS) return quantiles.map(() => undefined);
  const n = clusters.length;
  const rounds = options.resamples ?? Math.max(200, Math.min(1000, Math.floor(2e8 / n)));
  const random = seeded(options.seed);
  const byRising = quantiles.map((q, index) => ({ q, index })).sort((a, b) => a.q - b.q);
  const ranks = quantiles.map(() => new Uint32Array(rounds));
  const times = new Uint32Array(sizes.length);
  for (let round = 0; round < rounds; round++) {
    times.fill(0);
    let total = 0;
    for (let draw = 0; draw < sizes.length; draw++) {
      const cluster = random.below(sizes.length);
      times[cluster]!++;
      total += sizes[cluster]!;
    }
    let seen = 0;
    let at = 0;
    for (const { q, index } of byRising) {
      const wanted = rankOf(q, total);
      while (seen < wanted) seen += times[clusters[at++]!]!;
      ranks[index]![round] = at;
    }
  }
  const tail = (1 - (options.level ?? 0.95)) / 2;
  return ranks.map((drawn) => {
    drawn.sort();
    return {
      low: atRank(samples, drawn[rankOf(tail, rounds) - 1]!),
      high: atRank(samples, drawn[rankOf(1 - tail, rounds) - 1]!),
    };
  });
}

/** Cluster numbers 0..k−1 in place of arbitrary ones, and how many samples each holds. */
function renumber(given: Uint32Array): { clusters: Uint32Array; sizes: number[] } {
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const clusters = given.map((cluster) => {
    let number = numbers.get(cluster);
    if (number === undefined) {
      number = sizes.length;
      numbers.set(cluster, number);
      sizes.push(0);
    }
    sizes[number]!++;
    return number;
  });
  return { clusters, sizes };
}
