import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lifetime } from '../spec.ts';
import { lifetimes } from './lifetimes.ts';
import { LOGNORMAL_MAX_RATIO, lognormalFrom } from './lognormal.ts';
import { PARETO_MAX_RATIO, paretoFrom } from './pareto.ts';
import { stream } from './stream.ts';

const SECOND = 1e9;
const COUNT = 200_000;

function drawn(lifetime: Lifetime): number[] {
  return [...lifetimes(lifetime, stream(7, 'test/lifetimes')).take(COUNT)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;
}

describe('200,000 lifetimes have the mean and the p99 that were asked for', () => {
  test('fixed', () => {
    expect(new Set(drawn({ distribution: 'fixed', mean: 6 * SECOND }))).toEqual(new Set([6 * SECOND]));
  });

  test('exponential', () => {
    const values = drawn({ distribution: 'exponential', mean: 6 * SECOND });
    // Standard error of the mean: 6 s / sqrt(200,000) = 13 ms; of the p99: 99.5^0.5 * 6 s / sqrt(200,000).
    expect(Math.abs(mean(values) / SECOND - 6)).toBeLessThan(3 * 0.0134);
    expect(Math.abs(p99(values) / SECOND - 6 * Math.log(100))).toBeLessThan(3 * 0.134);
  });

  test('lognormal', () => {
    const values = drawn({ distribution: 'lognormal', mean: 6 * SECOND, p99: 20 * SECOND });
    expect(Math.abs(mean(values) / SECOND / 6 - 1)).toBeLessThan(0.005);
    expect(Math.abs(p99(values) / SECOND / 20 - 1)).toBeLessThan(0.02);
  });

  test('pareto', () => {
    const values = drawn({ distribution: 'pareto', mean: 6 * SECOND, p99: 30 * SECOND });
    // The variance is infinite at this shape: the mean comes slowly, the quantile as fast as ever.
    expect(Math.abs(mean(values) / SECOND / 6 - 1)).toBeLessThan(0.05);
    expect(Math.abs(p99(values) / SECOND / 30 - 1)).toBeLessThan(0.03);
  });

  test('trace, in its order and no further', () => {
    expect(drawn({ distribution: 'trace', file: 'a', lifetimes: [3, 1, 2] })).toEqual([3, 1, 2]);
  });
});

test('a longest lifetime cuts the tail and nothing else', () => {
  const lifetime: Lifetime = { distribution: 'lognormal', mean: 6 * SECOND, p99: 20 * SECOND };
  const cut = drawn({ ...lifetime, max: 10 * SECOND });
  expect(cut).toEqual(drawn(lifetime).map((value) => Math.min(value, 10 * SECOND)));
});

test('the log-normal distribution found has this mean and this p99', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e6, max: 1e13, noNaN: true }),
      fc.double({ min: 1.001, max: LOGNORMAL_MAX_RATIO - 1e-6, noNaN: true }),
      (mean, ratio) => {
        const { mu, sigma } = lognormalFrom(mean, mean * ratio)!;
        expect(Math.exp(mu + sigma ** 2 / 2) / mean).toBeCloseTo(1, 6);
        expect(Math.exp(mu + 2.3263478740408408 * sigma) / (mean * ratio)).toBeCloseTo(1, 6);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('the Pareto distribution found has this mean and this p99', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e6, max: 1e13, noNaN: true }),
      fc.double({ min: 1.001, max: PARETO_MAX_RATIO - 1e-6, noNaN: true }),
      (mean, ratio) => {
        const { alpha, scale } = paretoFrom(mean, mean * ratio)!;
        expect((scale * alpha) / (alpha - 1) / mean).toBeCloseTo(1, 6);
        expect((scale * 100 ** (1 / alpha)) / (mean * ratio)).toBeCloseTo(1, 6);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test.each([
  ['p99 at the mean', 1],
  ['p99 below the mean', 0.5],
  ['p99 too far above the mean', 15],
])('%s: there is no such distribution', (_, ratio) => {
  expect(lognormalFrom(6, 6 * ratio)).toBeUndefined();
  expect(paretoFrom(6, 6 * ratio)).toBeUndefined();
});
