import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { orderValues } from './ordered-samples.ts';
import { quantile } from './quantile.ts';

function filled(values: readonly number[], scale = 1): Histogram {
  const histogram = new Histogram(scale);
  for (const value of values) histogram.record(value);
  return histogram;
}
const durations = fc.array(fc.integer({ min: 0, max: 3600e9 }), { minLength: 1, maxLength: 200 });

describe('Histogram', () => {
  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const histogram = filled(values);
        const text = histogram.encode();
        expect(text).toMatch(/^HISTF/);
        expect(new Histogram(1, text).curve()).toEqual(histogram.curve());
      }),
    );
  });

  it('is within 0.1 % of the exact quantile', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.9, 0.99, 1), (values, q) => {
        const exact = quantile(orderValues(values), q)!.value;
        expect(Math.abs(filled(values).quantile(q) - exact)).toBeLessThanOrEqual(exact / 1000 + 1);
      }),
    );
  });

  it('adds up like the samples themselves', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const sum = filled(a);
        sum.add(filled(b));
        expect(sum.curve()).toEqual(filled([...a, ...b]).curve());
      }),
    );
  });

  it('holds ratios by their scale', () => {
    expect(filled([0.25, 0.5], 1e6).quantile(0.5)).toBeCloseTo(0.25, 3);
  });

  it('has a curve that rises to 1', () => {
    expect(filled([1, 1, 2, 100]).curve()).toEqual([
      { quantile: 0.5, value: 1 },
      { quantile: 0.75, value: 2 },
      { quantile: 1, value: 100 },
    ]);
    expect(new Histogram().curve()).toEqual([]);
  });
});
