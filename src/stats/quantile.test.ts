import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderSamples, orderValues } from './ordered-samples.ts';
import { atRank, maximum, mean, quantile, rankOf, samplesNeeded } from './quantile.ts';

/** [value, is only a lower bound] */
type Row = readonly [number, boolean];
const ordered = (rows: readonly Row[]) =>
  orderSamples({
    values: Float64Array.from(rows, ([value]) => value),
    atLeast: Uint8Array.from(rows, ([, bounded]) => (bounded ? 1 : 0)),
    clusters: new Uint32Array(rows.length),
  });
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), {
  minLength: 1,
  maxLength: 60,
});
const level = fc.double({ min: 0, max: 1, noNaN: true });

describe('rankOf', () => {
  it.each([
    [0, 100, 1],
    [0.5, 100, 50],
    [0.99, 100, 99],
    [0.99, 101, 100],
    [0.999, 1000, 999],
    [1, 100, 100],
  ])('of quantile %d among %i samples is %i', (q, n, rank) => {
    expect(rankOf(q, n)).toBe(rank);
  });
});

describe('quantile', () => {
  it('says "at least the deadline" when two per cent failed', () => {
    const many: Row[] = Array.from({ length: 100 }, (_, i) => (i < 2 ? [10, true] : [1, false]));
    expect(quantile(ordered(many), 0.99)).toEqual({ value: 10, atLeast: true });
    expect(quantile(ordered(many), 0.98)).toEqual({ value: 1, atLeast: false });
  });

  it('lets a young pending operation count as slower than every success', () => {
    const samples = ordered([
      [5, false],
      [6, false],
      [1, true],
    ]);
    expect(quantile(samples, 0.5)).toEqual({ value: 6, atLeast: false });
    expect(quantile(samples, 1)).toEqual({ value: 6, atLeast: true });
  });

  it('is undefined without samples', () => {
    expect([quantile(orderValues([]), 0.5), mean(orderValues([])), maximum(orderValues([]))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('never claims more than is true, whatever the censored values really were', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat(1000)), level, (given, excess, q) => {
        // What really happened: each bounded operation took some unknown time longer than its bound,
        // and longer than every success, or just its bound.
        const truth = given.map(([value, bounded]) =>
          bounded ? value + (excess.next().value as number) : value,
        );
        const found = quantile(ordered(given), q)!;
        const real = quantile(orderValues(truth), q)!.value;
        if (found.atLeast) expect(real).toBeGreaterThanOrEqual(found.value);
        else expect(real).toBeLessThanOrEqual(found.value);
      }),
    );
  });

  it('rises with the level', () => {
    fc.assert(
      fc.property(rows, level, level, (given, a, b) => {
        const samples = ordered(given);
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((q) => quantile(samples, q)!);
        expect(Number(low!.atLeast)).toBeLessThanOrEqual(Number(high!.atLeast));
        if (low!.atLeast === high!.atLeast) expect(low!.value).toBeLessThanOrEqual(high!.value);
      }),
    );
  });

  it('follows every rising change of scale', () => {
    fc.assert(
      fc.property(rows, level, (given, q) => {
        const scaled = given.map(([value, bounded]): Row => [value ** 3 + 7, bounded]);
        const found = quantile(ordered(given), q)!;
        expect(quantile(ordered(scaled), q)).toEqual({ ...found, value: found.value ** 3 + 7 });
      }),
    );
  });

  it('takes the sample of a rank as merging and sorting would', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const samples = ordered(given);
        const merged = given.map(([value]) => value).sort((a, b) => a - b);
        for (let rank = samples.exact + 1; rank <= merged.length; rank++) {
          expect(atRank(samples, rank)).toEqual({ value: merged[rank - 1], atLeast: true });
        }
      }),
    );
  });
});

describe('samplesNeeded', () => {
  it.each([
    [0.5, 5],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2995],
    [1, 1],
  ])('for quantile %d is %i', (q, n) => {
    expect(samplesNeeded(q)).toBe(n);
  });
});
