import { describe, expect, it } from 'vitest';
import { madeUpSide } from '../report/testdata/small-comparison.ts';
import { falseAlarms, selfTest } from './calibration.ts';

describe('falseAlarms', () => {
  it('seldom tells runs of the same code apart', () => {
    const result = falseAlarms(madeUpSide('a', { runs: 24, spread: 0.1 }));
    expect(result).toMatchObject({ runs: 12, splits: 200 });
    expect(result.metrics.map(({ subject }) => subject)).toEqual([
      'pod.sandbox p50',
      'cni.add p50',
      'cni.del p50',
    ]);
    expect(result.any).toBeLessThanOrEqual(0.05);
  });
});

describe('selfTest', () => {
  it('finds what the gates promise, and nothing where nothing is', () => {
    const result = selfTest(madeUpSide('a', { runs: 16 }), { pairs: 100 });
    expect(result.passed).toBe(true);
    expect(result.metrics.map(({ injected }) => injected)).toEqual([0.1, 0.1, 0.1]);
    for (const { red, falselyRed } of result.metrics) {
      expect(red).toBeGreaterThanOrEqual(0.95);
      expect(falselyRed).toBeLessThanOrEqual(0.05);
    }
  });

  it('puts in more where runs scatter too much for the promise', () => {
    const { metrics } = selfTest(madeUpSide('a', { runs: 16, spread: 0.1 }), { pairs: 5 });
    for (const { injected } of metrics) expect(injected).toBeGreaterThan(0.1);
  });

  it('does not pass with so few runs that nothing can be found', () => {
    const { passed, metrics } = selfTest(madeUpSide('a', { runs: 16 }), { runs: 3, pairs: 5 });
    expect(passed).toBe(false);
    expect(metrics[0]).toMatchObject({ injected: null, red: 0 });
  });
});
