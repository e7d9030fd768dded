import { describe, expect, it } from 'vitest';
import { mannWhitney } from '../rank/index.ts';
import { calibrate } from './calibrate.ts';
import { variates } from './variates.ts';

const { normal } = variates(1);
const runs = Array.from({ length: 20 }, () => 100 + normal());
const different = (a: readonly number[], b: readonly number[]) => mannWhitney(a, b).p < 0.05;

describe('calibrate', () => {
  it('finds the level of a test on runs of the same code', () => {
    const { splits, alarms, rate } = calibrate(runs, different, { splits: 1000, seed: 1 });
    expect(rate).toBe(alarms / splits);
    expect(rate).toBeLessThan(0.06);
    expect(rate).toBeGreaterThan(0.02);
  });

  it('finds the power on these runs when the decision shifts one half', () => {
    const shifted = (a: readonly number[], b: readonly number[]) =>
      different(
        a,
        b.map((value) => value + 3),
      );
    expect(calibrate(runs, shifted, { splits: 200, seed: 1 }).rate).toBeGreaterThan(0.95);
  });

  it('splits into disjoint halves, the same ones for the same seed', () => {
    const seen: number[][] = [];
    const look = (a: readonly number[], b: readonly number[]) => {
      seen.push([...a, ...b]);
      return a.some((value) => b.includes(value));
    };
    const numbers = [1, 2, 3, 4, 5, 6, 7];
    expect(calibrate(numbers, look, { splits: 50, seed: 2 }).alarms).toBe(0);
    expect(seen.every((split) => split.length === 6)).toBe(true);
    expect(new Set(seen.map((split) => split.join(' '))).size).toBeGreaterThan(40);
    const first = [...seen];
    seen.length = 0;
    calibrate(numbers, look, { splits: 50, seed: 2 });
    expect(seen).toEqual(first);
  });

  it('needs two runs a half', () => {
    expect(() => calibrate([1, 2, 3], different, { splits: 1, seed: 1 })).toThrow(
      'Expected at least 4 runs, got 3',
    );
  });
});
