import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../normal.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { holm } from './holm.ts';
import { cliffsDelta, mannWhitney } from './mann-whitney.ts';
import { uDistribution } from './u-distribution.ts';

interface Sides {
  readonly a: number[];
  readonly b: number[];
  readonly u: number;
  readonly p: number;
}
interface Adjusted {
  readonly p: number[];
  readonly holm: number[];
}

/** Made by testdata/golden.R with R. */
const r = read<{
  exact: (Sides & { level: number; shift: number; interval: [number, number] })[];
  approximate: Sides[];
  distribution: [m: number, n: number, u: number, p: number][];
  holm: Adjusted[];
}>('golden-r.json');

/** Made by testdata/golden.py with SciPy and statsmodels. */
const python = read<{
  normal: [x: number, p: number][];
  normalQuantile: [p: number, x: number][];
  tied: (Sides & { delta: number })[];
  holm: Adjusted[];
}>('golden.json');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../testdata/${file}`, import.meta.url), 'utf8')) as T;
}

const close = (got: number, wanted: number, within = 1e-12) =>
  Math.abs(got - wanted) <= within * Math.abs(wanted);
const sizes = ({ a, b }: Sides) => `${a.length} and ${b.length}`;

describe('against R', () => {
  it.each(r.exact.map((set) => [sizes(set), set] as const))(
    'exact test, shift and interval of %s values',
    (_, { a, b, level, u, p, shift, interval }) => {
      const test = mannWhitney(a, b);
      expect(test).toMatchObject({ u, exact: true });
      expect(close(test.p, p)).toBe(true);
      const estimate = hodgesLehmann(a, b, level);
      const found = [estimate.shift!, estimate.low, estimate.high];
      expect(found.every((value, i) => close(value, [shift, ...interval][i]!, 1e-9))).toBe(true);
    },
  );

  it.each(r.approximate.map((set) => [sizes(set), set] as const))(
    'approximation for %s values',
    (_, { a, b, u, p }) => {
      const test = mannWhitney(a, b);
      expect(test).toMatchObject({ u, exact: false });
      expect(close(test.p, p)).toBe(true);
    },
  );

  it('distribution of U', () => {
    const wrong = r.distribution.filter(([m, n, u, p]) => !close(uDistribution(m, n).atMost(u), p));
    expect(wrong).toEqual([]);
  });
});

describe('against SciPy and statsmodels', () => {
  it.each(python.tied.map((set) => [sizes(set), set] as const))(
    'exact test with ties of %s values, and Cliff’s delta',
    (_, { a, b, u, p, delta }) => {
      const test = mannWhitney(a, b);
      expect(test).toMatchObject({ u, exact: true });
      expect(close(test.p, p)).toBe(true);
      expect(cliffsDelta(a, b)).toBeCloseTo(delta, 12);
    },
  );

  it.each([...r.holm, ...python.holm])('Holm of $p', ({ p, holm: adjusted }) => {
    expect(holm(p).every((value, i) => close(value, adjusted[i]!))).toBe(true);
  });

  it('normal distribution in both tails', () => {
    expect(python.normal.filter(([x, p]) => !close(normalCdf(x), p))).toEqual([]);
    expect(
      python.normalQuantile.filter(([p, x]) => Math.abs(normalQuantile(p) - x) > 1e-11 * (1 + Math.abs(x))),
    ).toEqual([]);
  });
});
