import { describe, expect, it } from 'vitest';
import { variates } from './variates.ts';

const N = 40_000;
const random = () => variates(17);

/** Mean and variance of N numbers, with how far chance moves the mean: four standard errors. */
function moments(draw: () => number) {
  const drawn = Array.from({ length: N }, draw);
  const mean = drawn.reduce((sum, x) => sum + x, 0) / N;
  const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / N;
  return { mean, variance };
}

/** Frequencies of N draws lie within four standard errors of their probabilities. */
function expectFrequencies(draw: () => number, probabilities: readonly number[]) {
  const counts = new Array<number>(probabilities.length).fill(0);
  for (let i = 0; i < N; i++) counts[draw()]!++;
  for (const [value, p] of probabilities.entries()) {
    expect(Math.abs(counts[value]! / N - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / N));
  }
}

function binomialProbabilities(n: number, p: number): number[] {
  const row = [(1 - p) ** n];
  for (let k = 1; k <= n; k++) row.push((row[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
  return row;
}

describe('variates', () => {
  it('are the same for the same seed', () => {
    const draw = (seed: number) => {
      const { normal, beta, binomial } = variates(seed);
      return [normal(), normal(), beta(3, 4), binomial(1000, 0.3)];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('normal: mean 0, variance 1, tails of the right weight', () => {
    const { normal } = random();
    const { mean, variance } = moments(normal);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    expectFrequencies(() => (Math.abs(normal()) > 1.959964 ? 1 : 0), [0.95, 0.05]);
  });

  it.each([
    [1, 1],
    [3, 7],
    [500, 12],
    [19_800, 201],
  ])('beta(%i, %i) has its mean and variance', (a, b) => {
    const wanted = a / (a + b);
    const spread = (wanted * (1 - wanted)) / (a + b + 1);
    const source = random();
    const { mean, variance } = moments(() => source.beta(a, b));
    expect(Math.abs(mean - wanted)).toBeLessThan(4 * Math.sqrt(spread / N));
    expect(variance / spread).toBeGreaterThan(0.95);
    expect(variance / spread).toBeLessThan(1.05);
  });

  it.each([
    [1, 0.3],
    [9, 0.5],
    [16, 0.9],
    [17, 0.1],
    [60, 0.35],
  ])('binomial(%i, %d) has the probabilities it should', (n, p) => {
    const source = random();
    expectFrequencies(() => source.binomial(n, p), binomialProbabilities(n, p));
  });

  it('binomial of many trials has its mean and variance, and its limits', () => {
    const source = random();
    const { mean, variance } = moments(() => source.binomial(200_000, 0.99));
    expect(Math.abs(mean - 198_000)).toBeLessThan(4 * Math.sqrt(1980 / N));
    expect(variance / 1980).toBeGreaterThan(0.95);
    expect(variance / 1980).toBeLessThan(1.05);
    expect([source.binomial(50, 0), source.binomial(50, 1), source.binomial(0, 0.5)]).toEqual([0, 50, 0]);
  });
});
