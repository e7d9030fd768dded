import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitGrowth, type GrowthModel, type GrowthPoint } from './growth.ts';
import { orderValues } from './ordered-samples.ts';
import { quantile } from './quantile.ts';
import { logGamma, regularizedBeta, studentQuantile } from './student.ts';

/** Made by testdata/golden.py with NumPy and SciPy: their versions are in the file. */
const golden = JSON.parse(readFileSync(new URL('testdata/golden.json', import.meta.url), 'utf8')) as {
  quantiles: { values: number[]; levels: number[]; quantiles: number[] }[];
  studentT: [p: number, df: number, t: number][];
  betaInc: [x: number, a: number, b: number, value: number][];
  gammaLn: [x: number, value: number][];
  growth: {
    name: GrowthModel;
    points: GrowthPoint[];
    exponent: [number, number, number];
    linear: [number, number];
    log: [number, number];
  }[];
};

const close = (got: number, wanted: number) => Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

describe('against NumPy and SciPy', () => {
  it.each(golden.quantiles.map((set) => [set.values.length, set] as const))(
    'quantiles of %i values by inverted_cdf',
    (_, { values, levels, quantiles }) => {
      const ordered = orderValues(values);
      expect(levels.map((q) => quantile(ordered, q)!.value)).toEqual(quantiles);
    },
  );

  it('special functions', () => {
    expect(golden.gammaLn.filter(([x, value]) => !close(logGamma(x), value))).toEqual([]);
    expect(golden.betaInc.filter(([x, a, b, value]) => !close(regularizedBeta(x, a, b), value))).toEqual([]);
    expect(golden.studentT.filter(([p, df, t]) => !close(studentQuantile(p, df), t))).toEqual([]);
  });

  it.each(golden.growth.map((set) => [set.name, set] as const))(
    'growth: exponent and its interval, and the model of %s data',
    (name, { points, exponent, linear, log }) => {
      const fit = fitGrowth(points);
      const found = [fit.exponent.value, fit.exponent.low, fit.exponent.high];
      expect(found.every((value, i) => close(value, exponent[i]!))).toBe(true);
      expect(fit.model).toBe(name);
      if (name === 'linear') expect(close(fit.a, linear[0]) && close(fit.b, linear[1])).toBe(true);
      if (name === 'log') expect(close(fit.a, log[0]) && close(fit.b, log[1])).toBe(true);
    },
  );
});
