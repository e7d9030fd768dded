import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../measured.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { holm } from './holm.ts';
import { cliffsDelta, mannWhitney } from './mann-whitney.ts';
import { pairs } from './pairs.ts';
import { tiedUDistribution, uDistribution } from './u-distribution.ts';

const values = (max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 30 });
const measured = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 50 }),
    fc.record({ value: fc.integer({ min: 0, max: 50 }), atLeast: fc.boolean() }),
  ),
  { minLength: 1, maxLength: 20 },
) as fc.Arbitrary<Measured[]>;
const both = <T>(side: fc.Arbitrary<T>) => fc.tuple(side, side);
/** Sums of up to 50 × 50 counts differ in the last bits when they are added in another order. */
const equal = (a: number, b: number) => expect(a).toBeCloseTo(b, 12);

describe('mannWhitney', () => {
  it('sees no difference between a sample and itself', () => {
    fc.assert(
      fc.property(values(40), (a) => {
        expect(mannWhitney(a, a)).toMatchObject({ u: a.length ** 2 / 2, p: 1 });
      }),
    );
  });

  it('does not depend on which side is named first', () => {
    fc.assert(
      fc.property(both(measured), ([a, b]) => {
        equal(mannWhitney(a, b).p, mannWhitney(b, a).p);
        expect(pairs(a, b).u + pairs(b, a).u).toBe(a.length * b.length);
      }),
    );
  });

  it('does not change with a rising change of scale', () => {
    fc.assert(
      fc.property(both(values(40)), ([a, b]) => {
        const scaled = (side: number[]) => side.map((value) => value ** 3 + 7);
        expect(mannWhitney(scaled(a), scaled(b))).toEqual(mannWhitney(a, b));
      }),
    );
  });

  it('ranks what is only a lower bound behind all that is known, whatever the bound', () => {
    const censored = [{ value: 3, atLeast: true }, 4, 5];
    expect(mannWhitney(censored, [6, 7, 8])).toEqual(mannWhitney([99, 4, 5], [6, 7, 8]));
    expect(pairs([{ value: 1, atLeast: true }], [{ value: 9, atLeast: true }]).u).toBe(0.5);
  });

  it.each([
    [3, 0.1],
    [4, 2 / 70],
    [5, 2 / 252],
    [8, 2 / 12_870],
  ])('with %i a side cannot say less than %d', (n, p) => {
    const a = Array.from({ length: n }, (_, i) => i);
    equal(
      mannWhitney(
        a,
        a.map((value) => value + 100),
      ).p,
      p,
    );
  });

  it('is close to the exact value where it begins to approximate', () => {
    // One more a side than the exact distribution goes to: both ways agree to a per mille.
    const a = Array.from({ length: 51 }, (_, i) => i);
    const b = a.map((value) => value + 10.5);
    const { p, u, exact } = mannWhitney(a, b);
    const truth = 2 * uDistribution(51, 51).atLeast(u);
    expect(exact).toBe(false);
    expect(Math.abs(p - truth)).toBeLessThan(0.001);
  });

  it('refuses what it cannot rank', () => {
    expect(() => mannWhitney([], [1])).toThrow('Expected at least one value on each side');
    expect(() => mannWhitney([1], [Number.NaN])).toThrow('Expected numbers, got NaN');
  });
});

describe('distributions of U', () => {
  it('with ties is the one without when there are none', () => {
    for (const [m, n] of [
      [1, 1],
      [3, 5],
      [9, 4],
    ] as const) {
      const [plain, tied] = [uDistribution(m, n), tiedUDistribution(m, new Array(m + n).fill(1))];
      for (let u = 0; u <= m * n; u++) {
        equal(tied.atMost(u), plain.atMost(u));
        equal(tied.atLeast(u), plain.atLeast(u));
      }
    }
  });
});

describe('cliffsDelta', () => {
  it('is the share of larger pairs less that of smaller ones', () => {
    fc.assert(
      fc.property(both(values(20)), ([a, b]) => {
        const signs = a.flatMap((x) => b.map((y) => Math.sign(y - x)));
        equal(cliffsDelta(a, b), signs.reduce((sum, sign) => sum + sign, 0) / signs.length);
      }),
    );
  });
});

describe('hodgesLehmann', () => {
  it('finds the shift that was put in, and turns round with the sides', () => {
    fc.assert(
      fc.property(values(1000), fc.integer({ min: -500, max: 500 }), (a, shift) => {
        const b = a.map((value) => value + shift);
        const found = hodgesLehmann(a, b);
        expect(found.shift).toBe(shift);
        const back = hodgesLehmann(b, a);
        expect([-back.high, -back.low]).toEqual([found.low, found.high]);
      }),
    );
  });

  it('excludes 0 exactly where the test without ties says so', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 24 });
    fc.assert(
      fc.property(distinct, fc.integer({ min: 0, max: 300 }), (all, shift) => {
        const half = all.length >> 1;
        const a = all.slice(0, half);
        const b = all.slice(half).map((value) => value + shift + 0.5);
        const { low, high } = hodgesLehmann(a, b);
        expect(low > 0 || high < 0).toBe(mannWhitney(a, b).p <= 0.05);
      }),
    );
  });

  it('has no interval from three a side, and a wider one for a higher level', () => {
    expect(hodgesLehmann([1, 2, 3], [7, 8, 9])).toEqual({ shift: 6, low: -Infinity, high: Infinity });
    const [a, b] = [
      [1, 2, 3, 4, 5, 6, 7],
      [3.1, 4.3, 5.2, 6.6, 7.9, 8.8, 9.7],
    ];
    const [narrow, wide] = [hodgesLehmann(a, b, 0.9), hodgesLehmann(a, b, 0.99)];
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  it('holds the shift of every truth that lower bounds leave possible', () => {
    fc.assert(
      fc.property(both(measured), fc.infiniteStream(fc.nat(1000)), ([a, b], excess) => {
        const truth = (side: Measured[]) =>
          side.map((each) =>
            typeof each === 'number' ? each : each.value + (each.atLeast ? excess.next().value! : 0),
          );
        const found = hodgesLehmann(a, b);
        const real = hodgesLehmann(truth(a), truth(b));
        if (found.shift !== undefined) expect(real.shift).toBe(found.shift);
        expect(found.low).toBeLessThanOrEqual(real.low);
        expect(found.high).toBeGreaterThanOrEqual(real.high);
      }),
    );
  });
});

describe('holm', () => {
  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });

  it('never lowers a p-value, raises none above Bonferroni, and keeps their order', () => {
    fc.assert(
      fc.property(ps, (given) => {
        const adjusted = holm(given);
        for (const [i, p] of given.entries()) {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]!).toBeLessThanOrEqual(Math.min(1, p * given.length));
          for (const [j, other] of given.entries()) {
            if (p < other) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
          }
        }
      }),
    );
  });

  it('refuses what is no probability', () => {
    expect(() => holm([0.5, 1.2])).toThrow('Expected p-values from 0 to 1, got 1.2');
  });
});
