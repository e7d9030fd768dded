import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitGrowth, type GrowthPoint } from './growth.ts';

const sizes = [10, 30, 100, 300, 1000, 3000];
const points = (cost: (x: number) => number): GrowthPoint[] => sizes.map((x) => [x, cost(x)]);

describe('fitGrowth', () => {
  it('finds an exact power law', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.integer({ min: 1, max: 1e6 }), (b, a) => {
        const fit = fitGrowth(points((x) => a * x ** b));
        expect(fit.exponent.value).toBeCloseTo(b, 9);
        expect(fit.exponent.high - fit.exponent.low).toBeLessThan(1e-6);
      }),
    );
  });

  it('calls a flat cost constant, and only when the whole interval is narrow', () => {
    expect(fitGrowth(points(() => 500))).toMatchObject({
      model: 'constant',
      isConstant: true,
      a: expect.closeTo(500, 6),
      b: 0,
    });
    const noisy = fitGrowth(sizes.map((x, i) => [x, 500 * (i % 2 === 0 ? 1.2 : 0.8)]));
    expect(noisy.model).toBe('constant');
    expect(noisy.isConstant).toBe(false);
  });

  it('does not depend on the unit of the cost', () => {
    const cost = (x: number) => 3 + 2 * Math.log(x) + Math.sin(x) / 10;
    const [ns, seconds] = [fitGrowth(points((x) => cost(x) * 1e9)), fitGrowth(points(cost))];
    expect(ns.model).toBe(seconds.model);
    expect(ns.exponent.value).toBeCloseTo(seconds.exponent.value, 9);
  });

  it('warns when the data cannot carry the answer', () => {
    expect(
      fitGrowth([
        [10, 1],
        [11, 1.1],
        [12, 1.2],
        [13, 1.3],
      ]).warnings,
    ).toEqual([
      '4 points: the choice of model needs 6 or more',
      'sizes span less than a factor of 10: an exponent from them says little about growth',
    ]);
  });

  it.each<[string, GrowthPoint[]]>([
    [
      'Expected at least 4 points, got 2',
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'Expected at least 3 different sizes',
      [
        [1, 1],
        [1, 2],
        [2, 2],
        [2, 1],
      ],
    ],
    [
      'Expected sizes and costs above 0, got (4, 0)',
      [
        [1, 1],
        [2, 2],
        [3, 2],
        [4, 0],
      ],
    ],
  ])('refuses: %s', (message, given) => {
    expect(() => fitGrowth(given)).toThrow(message);
  });
});
