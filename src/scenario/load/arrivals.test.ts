import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Arrivals } from '../spec.ts';
import { arrivalOffsets, arrivalsAvailable } from './arrivals.ts';
import { stream } from './stream.ts';

const SECOND = 1e9;

function offsets(arrivals: Arrivals, count: number, seed = 7): number[] {
  return [...arrivalOffsets(arrivals, stream(seed, 'test/arrivals')).take(count)];
}

describe('arrivals without chance', () => {
  test('constant: arrival i comes at i / rate', () => {
    expect(offsets({ process: 'constant', rate: 4 }, 5)).toEqual([0, 0.25e9, 0.5e9, 0.75e9, 1e9]);
  });

  test('constant: the error of rounding does not add up', () => {
    expect(offsets({ process: 'constant', rate: 3 }, 30_001).at(-1)).toBe(10_000 * SECOND);
  });

  test('bursty: size at one instant, every so often', () => {
    expect(offsets({ process: 'bursty', size: 3, every: 2 * SECOND }, 7)).toEqual([
      0, 0, 0, 2e9, 2e9, 2e9, 4e9,
    ]);
  });

  test('ramp: as many have come by t as the integral of the rate says', () => {
    // 10/s to 50/s over 10 s: (10 + 50) / 2 * 10 = 300 by then, 10 * 5 + 4 * 5² / 2 = 100 by half of it.
    const at = offsets({ process: 'ramp', from: 10, to: 50, over: 10 * SECOND }, 401);
    expect(at[100]).toBe(5 * SECOND);
    expect(at[300]).toBe(10 * SECOND);
    expect(at[400]).toBe(12 * SECOND);
  });

  test('ramp: from nothing, down, and flat', () => {
    expect(offsets({ process: 'ramp', from: 0, to: 2, over: SECOND }, 3)).toEqual([0, 1e9, 1.5e9]);
    // 20/s falls to 10/s over 2 s: N(1) = 20 - 5 / 2 = 17.5 and N(2) = 30.
    expect(offsets({ process: 'ramp', from: 20, to: 10, over: 2 * SECOND }, 31).at(-1)).toBe(2e9);
    expect(offsets({ process: 'ramp', from: 5, to: 5, over: SECOND }, 11).at(-1)).toBe(2e9);
  });

  test('step: each step begins where the one before ended, and the last one ends', () => {
    const steps = [
      { rate: 2, for: SECOND },
      { rate: 0, for: SECOND },
      { rate: 4, for: SECOND },
    ];
    expect(offsets({ process: 'step', steps }, 100)).toEqual([0, 0.5e9, 2e9, 2.25e9, 2.5e9, 2.75e9]);
    expect(arrivalsAvailable({ process: 'step', steps })).toBe(6);
  });

  test('step: a gap that began in one step goes on in the next', () => {
    const steps = [
      { rate: 1, for: 1.5 * SECOND },
      { rate: 2, for: 1.5 * SECOND },
    ];
    // 1.5 arrivals are due after the first step: the next one needs half an arrival at 2/s.
    expect(offsets({ process: 'step', steps }, 100)).toEqual([0, 1e9, 1.75e9, 2.25e9, 2.75e9]);
    expect(arrivalsAvailable({ process: 'step', steps })).toBe(5);
  });

  test('trace: as it is written', () => {
    const arrivals: Arrivals = { process: 'trace', file: 'a', offsets: [0, 5, 5, 9] };
    expect(offsets(arrivals, 100)).toEqual([0, 5, 5, 9]);
    expect(arrivalsAvailable(arrivals)).toBe(4);
  });
});

describe('arrivals by chance', () => {
  test('poisson: counts per second have the mean and the variance of the rate', () => {
    const rate = 50;
    const seconds = 2000;
    const counts = new Array<number>(seconds).fill(0);
    for (const at of arrivalOffsets({ process: 'poisson', rate }, stream(7, 'law'))) {
      if (at >= seconds * SECOND) break;
      counts[Math.floor(at / SECOND)]!++;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / seconds;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (seconds - 1);
    // Standard errors: sqrt(50 / 2000) = 0.16 of the mean, sqrt(2 / 2000) = 0.032 of the dispersion.
    expect(Math.abs(mean - rate)).toBeLessThan(3 * 0.16);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(3 * 0.032);
  });

  test('bursty: on and off, the rate is the share of the time on, and counts are overdispersed', () => {
    const arrivals: Arrivals = { process: 'bursty', rate: 100, on: SECOND, off: 3 * SECOND };
    const at = offsets(arrivals, 100_000);
    const perSecond = at.length / (at.at(-1)! / SECOND);
    // 4,000 cycles of mean 4 s: the standard error of the mean rate of 25/s is about 2 %.
    expect(Math.abs(perSecond - 25)).toBeLessThan(3 * 0.5);
    const gaps = at.slice(1).map((time, index) => time - at[index]!);
    expect(gaps.filter((gap) => gap > 0.2 * SECOND).length / gaps.length).toBeGreaterThan(0.005);
  });
});

const ANY: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.record({
    process: fc.constant('constant' as const),
    rate: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
  }),
  fc.record({
    process: fc.constant('poisson' as const),
    rate: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
  }),
  fc.record({
    process: fc.constant('bursty' as const),
    size: fc.integer({ min: 1, max: 50 }),
    every: fc.integer({ min: 1, max: 1e9 }),
  }),
  fc.record({
    process: fc.constant('bursty' as const),
    rate: fc.double({ min: 10, max: 1e4, noNaN: true }),
    on: fc.integer({ min: 1e8, max: 1e10 }),
    off: fc.integer({ min: 1, max: 1e10 }),
  }),
  fc.record({
    process: fc.constant('ramp' as const),
    from: fc.double({ min: 0, max: 1e3, noNaN: true }),
    to: fc.double({ min: 0.1, max: 1e3, noNaN: true }),
    over: fc.integer({ min: 1e6, max: 1e11 }),
  }),
);

test('offsets are whole, never negative and never fall, and a shorter phase is the beginning of a longer', () => {
  fc.assert(
    fc.property(ANY, fc.integer(), (arrivals, seed) => {
      const long = offsets(arrivals, 300, seed);
      expect(long).toHaveLength(300);
      expect(long.every((at, index) => Number.isSafeInteger(at) && at >= (long[index - 1] ?? 0))).toBe(true);
      expect(offsets(arrivals, 100, seed)).toEqual(long.slice(0, 100));
    }),
    { seed: 1, numRuns: 200 },
  );
});
