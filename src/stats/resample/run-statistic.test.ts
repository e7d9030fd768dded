import { describe, expect, it } from 'vitest';
import { orderSamples, orderValues } from '../ordered-samples.ts';
import { atRank, rankOf } from '../quantile.ts';
import { type RunStatistic, resampled } from './run-statistic.ts';
import { variates } from './variates.ts';

const DRAWS = 40_000;

/** Every resample of `n` samples: n^n lists of indices, each equally likely. */
function* resamples(n: number): Generator<number[]> {
  for (let code = 0; code < n ** n; code++) {
    yield Array.from({ length: n }, (_, digit) => Math.floor(code / n ** digit) % n);
  }
}

/** Probability of each value, from results that are equally likely. */
function probabilities(results: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>();
  for (const value of results) shares.set(value, (shares.get(value) ?? 0) + 1 / results.length);
  return shares;
}

function expectSame(wanted: ReadonlyMap<number, number>, draw: () => number) {
  const drawn = probabilities(Array.from({ length: DRAWS }, draw));
  expect([...drawn.keys()].every((value) => wanted.has(value))).toBe(true);
  for (const [value, p] of wanted) {
    expect(Math.abs((drawn.get(value) ?? 0) - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / DRAWS));
  }
}

describe('a draw has the distribution of drawing sample by sample', () => {
  const a = [1, 2, 4, 7, 7];
  const b = [3, 5, 6];
  const runs = [orderValues(a), orderValues(b)];
  const at = (values: number[], q: number) => values.toSorted((x, y) => x - y)[rankOf(q, values.length) - 1]!;

  it.each([0.2, 0.5, 0.99])('quantile %d of one run', (q) => {
    const wanted = probabilities(
      [...resamples(a.length)].map((indices) =>
        at(
          indices.map((i) => a[i]!),
          q,
        ),
      ),
    );
    const random = variates(3);
    for (const over of ['runs', 'pool'] as const) {
      const side = resampled(runs, { quantile: q, over });
      expectSame(wanted, () => side.draw(Uint32Array.of(0), random).value);
    }
  });

  it.each([0.3, 0.5, 0.9])('quantile %d of two runs in one pool', (q) => {
    const second = [...resamples(b.length)];
    const wanted = probabilities(
      [...resamples(a.length)].flatMap((first) =>
        second.map((other) => at([...first.map((i) => a[i]!), ...other.map((i) => b[i]!)], q)),
      ),
    );
    const random = variates(4);
    const side = resampled(runs, { quantile: q, over: 'pool' });
    expectSame(wanted, () => side.draw(Uint32Array.of(1, 0), random).value);
  });

  it('a run that is drawn twice counts twice in the pool', () => {
    const every = [...resamples(b.length)];
    const wanted = probabilities(
      every.flatMap((first) =>
        every.map((other) =>
          at(
            [...first, ...other].map((i) => b[i]!),
            0.5,
          ),
        ),
      ),
    );
    const random = variates(5);
    const side = resampled(runs, { quantile: 0.5, over: 'pool' });
    expectSame(wanted, () => side.draw(Uint32Array.of(1, 1), random).value);
  });
});

describe('resampled', () => {
  const half = orderSamples({
    values: Float64Array.of(1, 2, 10, 10),
    atLeast: Uint8Array.of(0, 0, 1, 1),
    clusters: new Uint32Array(4),
  });

  it('passes on that a quantile is only known to be at least', () => {
    const statistic: RunStatistic = { quantile: 0.9, over: 'runs' };
    expect(resampled([half, half, orderValues([5])], statistic).value).toEqual({ value: 10, atLeast: true });
    expect(resampled([half, orderValues([5]), orderValues([6])], statistic).value).toEqual({
      value: 6,
      atLeast: false,
    });
  });

  it('takes the mean of the middle two of an even number of runs, a bound if one of them is', () => {
    const statistic: RunStatistic = { quantile: 0.9, over: 'runs' };
    expect(resampled([orderValues([5]), orderValues([6])], statistic).value.value).toBe(5.5);
    expect(resampled([orderValues([5]), half], statistic).value).toEqual({ value: 7.5, atLeast: true });
  });

  it('of a pool is the quantile of all samples, failures last', () => {
    const pool = resampled([half, orderValues([3, 20])], { quantile: 0.75, over: 'pool' });
    expect(pool.value).toEqual({ value: 10, atLeast: true });
    expect(atRank(half, 3).atLeast).toBe(true);
  });

  it('refuses runs without samples', () => {
    const statistic: RunStatistic = { quantile: 0.5, over: 'runs' };
    expect(() => resampled([], statistic)).toThrow('Expected at least one run');
    expect(() => resampled([half, orderValues([])], statistic)).toThrow(
      'Expected samples in every run, got none in number 1',
    );
  });
});
