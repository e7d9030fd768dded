import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRank, walshShift } from './signed-rank.ts';

/** Every assignment of signs is equally likely: counts those with a W as far out as the one that is there. */
function byEnumeration(differences: readonly number[]): number {
  const sizes = differences.filter((d) => d !== 0).map(Math.abs);
  const rank = (size: number) =>
    sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2;
  const ranks = sizes.map(rank);
  const positive = differences.filter((d) => d !== 0).map((d) => d > 0);
  const w = ranks.reduce((sum, r, i) => sum + (positive[i] ? r : 0), 0);
  const all = Array.from({ length: 2 ** ranks.length }, (_, signs) =>
    ranks.reduce((sum, r, i) => sum + ((signs >> i) & 1 ? r : 0), 0),
  );
  const share = (fits: (each: number) => boolean) => all.filter(fits).length / all.length;
  return Math.min(
    1,
    2 *
      Math.min(
        share((each) => each <= w),
        share((each) => each >= w),
      ),
  );
}

describe('signedRank', () => {
  it('knows the smallest p of n pairs: 2 of 2ⁿ assignments of signs', () => {
    expect(signedRank([1, 2, 3, 4, 5])).toEqual({ w: 15, p: 2 / 32 });
    expect(signedRank([-1, -2, -3, -4, -5, -6, -7, -8])).toEqual({ w: 0, p: 2 / 256 });
  });

  it('agrees with counting all assignments, with ties and zeros', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 6 }), { minLength: 1, maxLength: 9 }),
        (differences) => {
          expect(signedRank(differences).p).toBeCloseTo(byEnumeration(differences), 12);
        },
      ),
    );
  });

  it('says nothing of pairs that do not differ', () => {
    expect(signedRank([0, 0, 0])).toEqual({ w: 0, p: 1 });
  });

  it('refuses what is no difference', () => {
    expect(() => signedRank([])).toThrow('Expected at least one difference');
    expect(() => walshShift([1, Number.NaN])).toThrow('Expected numbers, got NaN');
  });
});

describe('walshShift', () => {
  it('is the median of averages, and moves with the differences', () => {
    expect(walshShift([1, 2, 6]).shift).toBe((2 + 3.5) / 2);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 6, maxLength: 12 }),
        (differences) => {
          const [at, moved] = [walshShift(differences), walshShift(differences.map((d) => d + 10))];
          expect(moved).toEqual({ shift: at.shift + 10, low: at.low + 10, high: at.high + 10 });
          expect(at.low).toBeLessThanOrEqual(at.shift);
          expect(at.high).toBeGreaterThanOrEqual(at.shift);
        },
      ),
    );
  });

  it('excludes 0 where the test says so', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 5, maxLength: 10 }),
        fc.nat(),
        (sizes, signs) => {
          const differences = sizes.map((size, i) => ((signs >> i) & 1 ? size : -size));
          const { low, high } = walshShift(differences);
          expect(low > 0 || high < 0).toBe(signedRank(differences).p < 0.05);
        },
      ),
    );
  });

  it('has no ends where five pairs cannot decide', () => {
    expect(walshShift([1, 2, 3, 4, 5])).toEqual({ shift: 3, low: -Infinity, high: Infinity });
  });
});
