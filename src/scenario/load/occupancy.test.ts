import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intervals, peakOf } from './occupancy.ts';

function of(pairs: readonly (readonly [number, number])[]) {
  const starts = Float64Array.from(pairs, ([start]) => start);
  return intervals(
    starts,
    Float64Array.from(pairs, ([start, length]) => start + length),
  );
}

test('one that ends when another begins makes room for it', () => {
  expect(
    peakOf(
      of([
        [0, 5],
        [5, 5],
      ]),
    ),
  ).toBe(1);
  expect(
    peakOf(
      of([
        [0, 5],
        [4, 5],
      ]),
    ),
  ).toBe(2);
  expect(
    peakOf(
      of([
        [0, 5],
        [5, 5],
      ]),
      1,
    ),
  ).toBe(2);
  expect(peakOf(of([]))).toBe(0);
});

test('the peak is what counting at every start gives', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 0, max: 10 }), (pairs, extra) => {
      const counted = pairs.map(
        ([at]) => pairs.filter(([start, length]) => start <= at && start + length + extra > at).length,
      );
      expect(peakOf(of(pairs), extra)).toBe(Math.max(0, ...counted));
    }),
    { seed: 1, numRuns: 300 },
  );
});
