import { describe, expect, it } from 'vitest';
import { detectableEffect, power, runsNeeded } from './power.ts';

const seed = 5;

describe('power', () => {
  it('without an effect is the level of the test, which is exact', () => {
    // At 8 a side the exact test has level 0.0499 (2 · 321/12870, U ≤ 13).
    expect(power(8, 0, { seed, simulations: 20_000 })).toBeCloseTo(0.05, 2);
  });

  it('agrees with the asymptotic efficiency against the t test where runs are many', () => {
    // Student's t with 45 a side finds 0.6 σ with power 0.8; Mann-Whitney needs π/3 times as many.
    expect(power(47, 0.6, { seed, simulations: 10_000 })).toBeCloseTo(0.8, 1);
  });

  it('rises with the effect and with the runs', () => {
    const at = (runs: number, effect: number) => power(runs, effect, { seed });
    expect(at(8, 1)).toBeLessThan(at(8, 1.5));
    expect(at(8, 1)).toBeLessThan(at(16, 1));
    expect(at(8, 20)).toBe(1);
  });

  it('is none where no outcome can be below the level', () => {
    expect(power(3, 100, { seed })).toBe(0);
    expect(power(8, 100, { seed, alpha: 1e-4 })).toBe(0);
    expect(detectableEffect(3, { seed })).toBeUndefined();
  });
});

describe('runsNeeded', () => {
  it('is the fewest runs that reach the target', () => {
    const needed = runsNeeded(1.2, { seed, target: 0.9 })!;
    expect(power(needed, 1.2, { seed })).toBeGreaterThanOrEqual(0.9);
    expect(power(needed - 2, 1.2, { seed })).toBeLessThan(0.9);
  });

  it('is at least what the level asks for, however large the effect', () => {
    expect(runsNeeded(1000, { seed })).toBe(4);
    expect(runsNeeded(1000, { seed, alpha: 0.05 / 5 })).toBe(5);
    expect(runsNeeded(1000, { seed, alpha: 0.05 / 40 })).toBe(7);
  });

  it('gives up where 50 a side do not suffice', () => {
    expect(runsNeeded(0.1, { seed })).toBeUndefined();
  });
});

describe('detectableEffect', () => {
  it('is found with the target power, and little less is not', () => {
    const effect = detectableEffect(10, { seed, target: 0.95 })!;
    expect(power(10, effect, { seed })).toBeCloseTo(0.95, 2);
    expect(power(10, effect - 0.1, { seed })).toBeLessThan(0.95);
  });
});
