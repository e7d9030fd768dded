import { describe, expect, it } from 'vitest';
import { type OrderedSamples, orderSamples, orderValues } from '../ordered-samples.ts';
import { clusterBootstrap, clusterBootstrapEffect } from './cluster-bootstrap.ts';
import type { RunStatistic } from './run-statistic.ts';
import { type Variates, variates } from './variates.ts';

const MEDIAN: RunStatistic = { quantile: 0.5, over: 'runs' };
const P99: RunStatistic = { quantile: 0.99, over: 'pool' };

/** Runs of log-normal latencies round `median`, whose levels differ by a share of about `spread`. */
function runsOf(
  random: Variates,
  { runs = 8, samples = 100, median = 1000, spread = 0.05 } = {},
): OrderedSamples[] {
  return Array.from({ length: runs }, () => {
    const level = median * Math.exp(spread * random.normal());
    return orderValues(Array.from({ length: samples }, () => level * Math.exp(0.3 * random.normal())));
  });
}

/** A run in which two in a hundred failed. */
function failing(samples = 100): OrderedSamples {
  return orderSamples({
    values: Float64Array.from({ length: samples }, (_, i) => (i % 50 === 0 ? 10_000 : 1 + (i % 7))),
    atLeast: Uint8Array.from({ length: samples }, (_, i) => (i % 50 === 0 ? 1 : 0)),
    clusters: new Uint32Array(samples),
  });
}

describe('clusterBootstrap', () => {
  it.each([MEDIAN, P99])('gives the same for the same seed, and holds its estimate: %o', (statistic) => {
    const runs = runsOf(variates(1));
    const found = clusterBootstrap(runs, statistic, { seed: 3 })!;
    expect(clusterBootstrap(runs, statistic, { seed: 3 })).toEqual(found);
    expect(found.low.value).toBeLessThanOrEqual(found.value.value);
    expect(found.high.value).toBeGreaterThanOrEqual(found.value.value);
  });

  it('knows that runs differ: many samples in few runs do not narrow it', () => {
    const width = (spread: number) => {
      const { low, high } = clusterBootstrap(runsOf(variates(2), { samples: 2000, spread }), MEDIAN, {
        seed: 1,
      })!;
      return high.value - low.value;
    };
    expect(width(0.1)).toBeGreaterThan(5 * width(0));
  });

  it('covers the true median at least as often as it says, from five runs on', () => {
    for (const runs of [5, 8]) {
      const random = variates(runs);
      let covered = 0;
      for (let round = 0; round < 200; round++) {
        const { low, high } = clusterBootstrap(runsOf(random, { runs }), MEDIAN, {
          seed: round,
          draws: 1000,
        })!;
        if (low.value <= 1000 && high.value >= 1000) covered++;
      }
      expect(covered / 200).toBeGreaterThan(0.93);
    }
  });

  it('says nothing from too few runs', () => {
    expect(clusterBootstrap(runsOf(variates(1), { runs: 4 }), MEDIAN, { seed: 1 })).toBeUndefined();
  });

  it('says "at least" of a tail that is full of failures', () => {
    const found = clusterBootstrap(
      Array.from({ length: 5 }, () => failing()),
      P99,
      { seed: 1 },
    )!;
    expect(found.value).toEqual({ value: 10_000, atLeast: true });
    expect(found.high).toEqual({ value: 10_000, atLeast: true });
  });
});

describe('clusterBootstrapEffect', () => {
  it('finds a shift, as a difference and as a ratio', () => {
    const random = variates(4);
    const [a, b] = [runsOf(random, { runs: 10 }), runsOf(random, { runs: 10, median: 1300 })];
    for (const statistic of [MEDIAN, P99]) {
      const { difference, ratio } = clusterBootstrapEffect(a, b, statistic, { seed: 1 })!;
      expect(difference.low).toBeGreaterThan(0);
      expect(ratio.low).toBeGreaterThan(1);
      expect(ratio.high).toBeLessThan(1.6);
    }
  });

  it('excludes "no difference" between equal sides about as often as its level allows', () => {
    const random = variates(6);
    let wrong = 0;
    for (let round = 0; round < 200; round++) {
      const { difference } = clusterBootstrapEffect(runsOf(random), runsOf(random), MEDIAN, {
        seed: round,
        draws: 1000,
      })!;
      if (difference.low > 0 || difference.high < 0) wrong++;
    }
    expect(wrong / 200).toBeLessThan(0.07);
  });

  it('with pairs takes out what both runs of a pair have in common', () => {
    const random = variates(8);
    const levels = Array.from({ length: 8 }, () => 0.3 * random.normal());
    const side = (median: number) =>
      levels.map((level) =>
        orderValues(Array.from({ length: 500 }, () => median * Math.exp(level + 0.1 * random.normal()))),
      );
    const [a, b] = [side(1000), side(1050)];
    const width = (paired: boolean) => {
      const { ratio } = clusterBootstrapEffect(a, b, MEDIAN, { seed: 1, paired })!;
      return ratio.high - ratio.low;
    };
    expect(width(true)).toBeLessThan(width(false) / 2);
    expect(() => clusterBootstrapEffect(a, b.slice(1), MEDIAN, { seed: 1, paired: true })).toThrow(
      'Expected as many runs on both sides of pairs, got 8 and 7',
    );
  });

  it('is bounded on one side where a side is only known to be at least', () => {
    const known = runsOf(variates(9), { runs: 5, median: 5, spread: 0 });
    const unknown = Array.from({ length: 5 }, () => failing());
    const worse = clusterBootstrapEffect(known, unknown, P99, { seed: 1 })!;
    expect(worse.difference).toMatchObject({ value: undefined, high: Infinity });
    expect(worse.ratio).toMatchObject({ value: undefined, high: Infinity });
    const better = clusterBootstrapEffect(unknown, known, P99, { seed: 1 })!;
    expect(better.difference).toMatchObject({ value: undefined, low: -Infinity });
    expect(better.ratio).toMatchObject({ value: undefined, low: 0 });
  });

  it('has no ratio to nothing', () => {
    const nothing = Array.from({ length: 5 }, () => orderValues([0, 0, 0]));
    const { difference, ratio } = clusterBootstrapEffect(nothing, nothing, MEDIAN, { seed: 1 })!;
    expect(difference).toEqual({ value: 0, low: 0, high: 0 });
    expect(ratio).toEqual({ value: undefined, low: -Infinity, high: Infinity });
  });
});
