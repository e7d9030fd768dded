import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeRanges, largestAlignedBlock } from './free-pieces.ts';

test('free pieces lie between those that are taken, in any order and overlapping', () => {
  const taken = [
    { from: 6, to: 8 },
    { from: 0, to: 1 },
    { from: 3, to: 5 },
    { from: 4, to: 5 },
  ];
  expect(freeRanges(10, taken)).toEqual([
    { from: 1, to: 3 },
    { from: 5, to: 6 },
    { from: 8, to: 10 },
  ]);
  expect(freeRanges(4, [])).toEqual([{ from: 0, to: 4 }]);
  expect(freeRanges(4, [{ from: 0, to: 4 }])).toEqual([]);
});

test.each([
  [0, 16, 16],
  [1, 4, 2],
  [1, 3, 1],
  [3, 9, 4],
  [5, 6, 1],
])('pieces %i to %i hold an aligned block of %i', (from, to, block) => {
  expect(largestAlignedBlock({ from, to })).toBe(block);
});

test('the block is the one that trying all of them finds', () => {
  fc.assert(
    fc.property(fc.nat(70), fc.integer({ min: 1, max: 70 }), (from, length) => {
      const to = from + length;
      const sizes = [64, 32, 16, 8, 4, 2, 1];
      const tried = sizes.find((size) => {
        for (let at = 0; at + size <= to; at += size) if (at >= from) return true;
        return false;
      });
      expect(largestAlignedBlock({ from, to })).toBe(tried);
    }),
  );
});
