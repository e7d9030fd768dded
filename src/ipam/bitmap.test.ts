import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BITMAP_LIMIT, Bitmap } from './bitmap.ts';

/** Sizes around the edges of words and levels, the largest among them. */
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 70 }),
  fc.constantFrom(32, 1023, 1024, 1025, 32_768, 32_769, 200_000, BITMAP_LIMIT),
);

describe('Bitmap', () => {
  it('should agree with a plain set', () => {
    const operations = sizes.chain((size) => {
      const bit = fc.oneof(fc.nat(Math.min(size, 70) - 1), fc.integer({ min: 0, max: size - 1 }));
      const operation = fc.record({ kind: fc.constantFrom('set', 'set', 'clear', 'next'), bit });
      return fc.record({ size: fc.constant(size), steps: fc.array(operation, { maxLength: 200 }) });
    });
    fc.assert(
      fc.property(operations, ({ size, steps }) => {
        const bitmap = new Bitmap(size);
        const model = new Set<number>();
        for (const { kind, bit } of steps) {
          if (kind === 'set') {
            expect(bitmap.set(bit)).toBe(!model.has(bit));
            model.add(bit);
          } else if (kind === 'clear') expect(bitmap.clear(bit)).toBe(model.delete(bit));
          else {
            let free: number | undefined = bit;
            while (free !== undefined && model.has(free)) free = free + 1 < size ? free + 1 : undefined;
            expect(bitmap.nextClear(bit)).toBe(free);
          }
          expect(bitmap.has(bit)).toBe(model.has(bit));
          expect(bitmap.count).toBe(model.size);
        }
      }),
    );
  });

  it.each([1, 31, 32, 33, 1024, 65_535, 65_536, 40_000])(
    'should fill all of %d bits, and find each one freed',
    (size) => {
      const bitmap = new Bitmap(size);
      for (let bit = 0; bit < size; bit++) {
        expect(bitmap.nextClear(0)).toBe(bit);
        bitmap.set(bit);
      }
      expect(bitmap.nextClear(0)).toBeUndefined();
      for (const bit of [size - 1, Math.floor(size / 2), 0]) {
        bitmap.clear(bit);
        expect(bitmap.nextClear(0)).toBe(bit);
        if (bit + 1 < size && bit > 0) expect(bitmap.nextClear(bit + 1)).toBe(undefined);
        bitmap.set(bit);
      }
    },
  );

  it('should refuse bits and sizes that do not exist', () => {
    expect(() => new Bitmap(0)).toThrow(RangeError);
    expect(() => new Bitmap(BITMAP_LIMIT + 1)).toThrow(RangeError);
    expect(() => new Bitmap(8).set(8)).toThrow(RangeError);
    expect(() => new Bitmap(8).clear(-1)).toThrow(RangeError);
  });
});
