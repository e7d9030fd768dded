import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variates } from '../resample/variates.ts';
import { changePoints } from './change-points.ts';
import { energySplit, MIN_SEGMENT } from './energy-split.ts';

const seed = 9;
/** Nights at these levels, with run-to-run noise of 1. */
function nights(...levels: (readonly [nights: number, level: number])[]): number[] {
  const { normal } = variates(levels.length);
  return levels.flatMap(([count, level]) => Array.from({ length: count }, () => level + normal()));
}
const found = (series: number[]) => changePoints(series, { seed }).map(({ index }) => index);

describe('changePoints', () => {
  it('finds a step, with its levels', () => {
    const series = [...new Array(8).fill(10), ...new Array(7).fill(12)];
    expect(changePoints(series, { seed })).toEqual([
      { index: 8, p: 0.001, before: { value: 10, atLeast: false }, after: { value: 12, atLeast: false } },
    ]);
  });

  it('finds steps up and down again', () => {
    expect(found(nights([15, 100], [12, 110], [15, 100]))).toEqual([15, 27]);
  });

  it('does not call one spike a change, however high, nor two', () => {
    for (const spikes of [[12], [29], [3, 20], [11, 12]]) {
      const series = nights([30, 100]);
      for (const night of spikes) series[night] = 1e6;
      expect(found(series)).toEqual([]);
    }
  });

  it('finds a step beside a spike', () => {
    const series = nights([15, 100], [15, 106]);
    series[4] = 1e6;
    expect(found(series)).toEqual([15]);
  });

  it('finds that a level got lost behind failures', () => {
    const series = [
      ...nights([10, 100]),
      ...Array.from({ length: 8 }, () => ({ value: 10_000, atLeast: true })),
    ];
    expect(changePoints(series, { seed })).toMatchObject([
      { index: 10, after: { value: 10_000, atLeast: true } },
    ]);
  });

  it('needs ten points', () => {
    const step = (n: number) => Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : 5));
    expect(found(step(9))).toEqual([]);
    expect(changePoints(step(9), { seed, minimum: 9, alpha: 0.05 })).toHaveLength(1);
    expect(found(step(12))).toEqual([6]);
    expect(found([])).toEqual([]);
  });

  it('alarms on level noise about as often as its level says', () => {
    const { normal } = variates(77);
    let alarms = 0;
    for (let history = 0; history < 150; history++) {
      const series = Array.from({ length: 30 }, normal);
      if (changePoints(series, { seed: history, alpha: 0.05, permutations: 199 }).length > 0) alarms++;
    }
    expect(alarms / 150).toBeLessThan(0.09);
  });

  it('does not change with a rising change of scale, nor with the seed where all is clear', () => {
    const series = nights([12, 100], [12, 112]);
    const scaled = series.map((value) => Math.exp(value / 10));
    expect(found(scaled)).toEqual(found(series));
    expect(changePoints(series, { seed: 1 })).toEqual(changePoints(series, { seed: 2 }));
  });

  it('leaves at least three nights to every level', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 24 }), (series) => {
        const edges = [
          0,
          ...changePoints(series, { seed, alpha: 0.3, permutations: 19 }).map(({ index }) => index),
          series.length,
        ];
        for (let i = 1; i < edges.length; i++) {
          expect(edges[i]! - edges[i - 1]!).toBeGreaterThanOrEqual(MIN_SEGMENT);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('energySplit', () => {
  it('is what the definition says, summed pair by pair', () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2 * MIN_SEGMENT, maxLength: 14 });
    fc.assert(
      fc.property(values, (series) => {
        const { distance } = energySplit(series);
        let best = -Infinity;
        for (let at = MIN_SEGMENT; at <= series.length - MIN_SEGMENT; at++) {
          for (let end = at + MIN_SEGMENT; end <= series.length; end++) {
            best = Math.max(best, distanceOf(series.slice(0, at), series.slice(at, end)));
          }
        }
        expect(distance).toBeCloseTo(best, 9);
      }),
    );
  });
});

/** Matteson and James 2014, equations 3 and 5, with exponent 1. */
function distanceOf(x: number[], y: number[]): number {
  const between = (a: number[], b: number[]) => a.flatMap((p) => b.map((q) => Math.abs(p - q)));
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const within = (a: number[]) => total(between(a, a)) / (a.length * (a.length - 1));
  const energy = (2 * total(between(x, y))) / (x.length * y.length) - within(x) - within(y);
  return ((x.length * y.length) / (x.length + y.length)) * energy;
}
