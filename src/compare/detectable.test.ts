import { describe, expect, it } from 'vitest';
import { hodgesLehmann, mannWhitney, variates } from '../stats/index.ts';
import { detectable, runsNeeded } from './detectable.ts';

const dispersion = { paired: false, deviation: 0.04, minimum: 0.05, alpha: 0.05 / 3 };

describe('detectable', () => {
  it.each([6, 8, 12, 20])('is found with at least 95 %% by %i runs a side', (runs) => {
    const shift = detectable(runs, dispersion);
    const random = variates(99);
    const sample = (factor: number) =>
      Array.from({ length: runs }, () => factor * (1 + dispersion.deviation * random.normal()));
    const found = Array.from({ length: 400 }, () => [sample(1), sample(1 + shift)] as const).filter(
      ([a, b]) => mannWhitney(a, b).p < dispersion.alpha && hodgesLehmann(a, b).shift! >= dispersion.minimum,
    );
    expect(found.length / 400).toBeGreaterThanOrEqual(0.95);
  });

  it('is nothing where p cannot be small enough', () => {
    expect(detectable(3, dispersion)).toBe(Infinity);
    expect(detectable(4, { ...dispersion, paired: true })).toBe(Infinity);
  });

  it('shrinks with runs, not below the minimum', () => {
    const by = [6, 10, 15, 25, 50].map((runs) => detectable(runs, dispersion));
    expect(by).toEqual(by.toSorted((a, b) => b - a));
    expect(by.at(-1)).toBeGreaterThan(dispersion.minimum);
    expect(detectable(8, { ...dispersion, deviation: 0 })).toBe(dispersion.minimum);
  });
});

describe('runsNeeded', () => {
  it('is the fewest that detect a share', () => {
    const needed = runsNeeded(0.1, dispersion)!;
    expect(detectable(needed, dispersion)).toBeLessThanOrEqual(0.1);
    expect(detectable(needed - 1, dispersion)).toBeGreaterThan(0.1);
    expect(runsNeeded(0.05, dispersion)).toBeUndefined();
  });
});
