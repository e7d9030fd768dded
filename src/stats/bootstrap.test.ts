import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapQuantiles, MIN_CLUSTERS } from './bootstrap.ts';
import { orderSamples } from './ordered-samples.ts';
import { quantile } from './quantile.ts';
import { seeded } from './random.ts';

/** `clusters` clusters of `size` samples; neighbours share a shift of up to `spread`. */
function clustered(clusters: number, size: number, spread: number, seed = 1) {
  const random = seeded(seed);
  const n = clusters * size;
  const shifts = Array.from({ length: clusters }, () => random.float() * spread);
  return orderSamples({
    values: Float64Array.from({ length: n }, (_, i) => 100 + random.float() + shifts[Math.floor(i / size)]!),
    atLeast: new Uint8Array(n),
    clusters: Uint32Array.from({ length: n }, (_, i) => Math.floor(i / size)),
  });
}

describe('bootstrapQuantiles', () => {
  it('gives the same interval for the same seed', () => {
    const samples = clustered(20, 50, 1);
    const once = bootstrapQuantiles(samples, [0.5, 0.99], { seed: 3 });
    expect(bootstrapQuantiles(samples, [0.5, 0.99], { seed: 3 })).toEqual(once);
    expect(bootstrapQuantiles(samples, [0.99, 0.5], { seed: 3 })).toEqual([once[1], once[0]]);
  });

  it('holds the quantile of the samples', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_CLUSTERS, max: 30 }), fc.nat(), (clusters, seed) => {
        const samples = clustered(clusters, 20, 1, seed);
        const [interval] = bootstrapQuantiles(samples, [0.5], { seed: 1, resamples: 300 });
        const median = quantile(samples, 0.5)!.value;
        expect(interval!.low.value).toBeLessThanOrEqual(median);
        expect(interval!.high.value).toBeGreaterThanOrEqual(median);
      }),
      { numRuns: 50 },
    );
  });

  it('is wider when neighbours resemble each other: that is what the clusters are for', () => {
    const width = (spread: number) => {
      const [interval] = bootstrapQuantiles(clustered(20, 100, spread), [0.5], { seed: 1 });
      return interval!.high.value - interval!.low.value;
    };
    expect(width(5)).toBeGreaterThan(10 * width(0));
  });

  it('covers the true median about as often as it says', () => {
    // Clusters are exchangeable with a shift around 0: the true median is 100.5 + spread/2.
    let covered = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const [interval] = bootstrapQuantiles(clustered(30, 20, 2, seed), [0.5], { seed, resamples: 400 });
      if (interval!.low.value <= 101.5 && interval!.high.value >= 101.5) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThanOrEqual(1);
  });

  it('says nothing from too few clusters', () => {
    expect(bootstrapQuantiles(clustered(4, 100, 1), [0.5, 0.99], { seed: 1 })).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('passes on that the tail is only known to be at least', () => {
    const n = 1000;
    const samples = orderSamples({
      values: Float64Array.from({ length: n }, (_, i) => (i % 20 === 0 ? 10_000 : 1 + (i % 7))),
      atLeast: Uint8Array.from({ length: n }, (_, i) => (i % 20 === 0 ? 1 : 0)),
      clusters: Uint32Array.from({ length: n }, (_, i) => Math.floor(i / 100)),
    });
    const [, p99] = bootstrapQuantiles(samples, [0.5, 0.99], { seed: 1 });
    expect(p99).toEqual({ low: { value: 10_000, atLeast: true }, high: { value: 10_000, atLeast: true } });
  });
});
