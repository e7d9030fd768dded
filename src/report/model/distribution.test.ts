import { describe, expect, it } from 'vitest';
import { Histogram } from '../../stats/index.ts';
import { summaryOf } from '../testdata/small-run.ts';
import { Distribution } from './distribution.ts';

/** `ok` values of 1 to 100 ms, the failed ones of 10 s. */
function distribution(ok: number, failed: number) {
  const histogram = new Histogram();
  for (let i = 1; i <= ok; i++) histogram.record((i / ok) * 100e6);
  for (let i = 0; i < failed; i++) histogram.record(10e9);
  return summaryOf('cni.add', {
    ok,
    count: ok + failed,
    histogram: { scale: 1, encoded: histogram.encode() },
  });
}

describe('Distribution', () => {
  it('knows up to where it knows: beyond are bounds', () => {
    const whole = Distribution.of(distribution(90, 10));
    expect(whole.exactShare).toBe(0.9);
    expect(whole.at(0.5)).toEqual({ value: expect.closeTo(55.6e6, -5.5), atLeast: false });
    expect(whole.at(0.99).atLeast).toBe(true);
    expect(whole.exact.at(-1)!.value).toBeLessThan(101e6);
    expect(whole.curve.at(-1)!.value).toBeGreaterThan(9e9);
  });

  it('counts as served only what was: the rest never is, however long one waits', () => {
    const whole = Distribution.of(distribution(90, 10));
    expect(whole.shareWithin(50.5e6)).toBeCloseTo(0.45, 2);
    expect(whole.shareWithin(60e9)).toBe(0.9);
    expect(whole.shareWithin(1e3)).toBe(0);
  });

  it('has as many quantiles as its samples reach', () => {
    const quantiles = (n: number) =>
      Distribution.of(distribution(n, 0))
        .quantiles()
        .map(({ quantile }) => quantile);
    expect(quantiles(100).slice(-3)).toEqual([0.99, 0.995, 1]);
    expect(quantiles(1)).toEqual([0, 0.1, 0.25, 0.5, 1]);
  });

  it('takes runs together', () => {
    const both = Distribution.merged([distribution(100, 0), distribution(50, 50)]);
    expect(both.count).toBe(200);
    expect(both.exactShare).toBe(0.75);
    expect(Distribution.merged([]).curve).toEqual([]);
  });
});
