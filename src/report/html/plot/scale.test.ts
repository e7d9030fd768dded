import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale, logScale, tailScale, timeScale } from './scale.ts';

const range = [0, 300] as const;

describe('scales', () => {
  it('linear: round ticks that cover the data', () => {
    expect(linearScale(1780, range, 4).ticks).toEqual([0, 500, 1000, 1500, 2000]);
    expect(linearScale(3, range, 3).ticks).toEqual([0, 1, 2, 3]);
  });

  it('log: 1-2-5 where there is room, powers of ten where there is not', () => {
    expect(logScale(1e6, 10e6, range).ticks).toEqual([1e6, 2e6, 5e6, 1e7]);
    expect(logScale(1e3, 1e9, range).ticks).toEqual([1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]);
  });

  it('time: ends where the data end', () => {
    const scale = timeScale(54.8, range, 5);
    expect([scale(0), scale(54.8)]).toEqual([0, 300]);
    expect(scale.ticks).toEqual([0, 20, 40]);
  });

  it('tail: every further nine takes the same room', () => {
    const scale = tailScale(50_000, range);
    const steps = [0.9, 0.99, 0.999, 0.9999].map(
      (q, i, all) => scale(q) - (i === 0 ? 0 : scale(all[i - 1]!)),
    );
    for (const step of steps) expect(step).toBeCloseTo(60, 6);
    expect(scale(1)).toBe(300);
    expect(tailScale(100, range).ticks).toEqual([0, 0.5, 0.9, 0.99]);
  });

  it('all: data and ticks fall inside the range', () => {
    const positive = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 1e7 }), (a, b, n) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const scales = [
          linearScale(high, range),
          timeScale(high, range),
          logScale(low, high, range),
          tailScale(n, range),
        ];
        for (const scale of scales) {
          for (const value of [...scale.ticks, scale.domain[1]]) {
            expect(scale(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(scale(value)).toBeLessThanOrEqual(300 + 1e-6);
          }
        }
        expect(logScale(low, high, range)(high)).toBeLessThanOrEqual(300 + 1e-6);
        expect(linearScale(high, range)(high)).toBeLessThanOrEqual(300 + 1e-6);
      }),
    );
  });
});
