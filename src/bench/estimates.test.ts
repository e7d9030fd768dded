import { expect, it } from 'vitest';
import { quantileOf, ratioOf } from './estimates.ts';
import { blocksAround } from './testing/small-result.ts';

it('gives a median with the interval of its blocks', () => {
  const { value, low, high } = quantileOf(blocksAround(10), 0.5)!;
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
  expect(value / 1e6).toBeCloseTo(10, 0);
});

it('gives no interval from few blocks, and no quantile from few samples', () => {
  expect(quantileOf(blocksAround(10, 4), 0.5)).toEqual({ value: expect.any(Number) });
  expect(quantileOf(blocksAround(10, 4), 0.99)).toBeUndefined();
  expect(quantileOf([], 0.5)).toBeUndefined();
  expect(ratioOf(blocksAround(10, 4), blocksAround(1, 16), 0.99, false)).toBeUndefined();
});

it('cancels what slowed both sides of a ratio down, when they were measured side by side', () => {
  const drifting = (median: number) =>
    blocksAround(median).map((block, i) => block.map((value) => value * (1 + i)));
  const width = ({ low = 0, high = 0 }) => high - low;
  const paired = ratioOf(drifting(8), drifting(1), 0.5, true)!;
  const apart = ratioOf(drifting(8), drifting(1), 0.5, false)!;
  expect(paired.value).toBeCloseTo(8, 1);
  expect(width(paired)).toBeLessThan(width(apart) / 10);
});
