import { describe, expect, it } from 'vitest';
import { normalQuantile, power } from '../../stats/index.ts';
import type { Gate } from '../spec.ts';
import { comparisonPlan } from './detection.ts';

const gate = (metric: string, detect: number): Gate => ({
  kind: 'regression',
  metric,
  quantile: 'p50',
  detect,
  minimum: detect / 2,
});

describe('comparisonPlan', () => {
  it('is none where nothing is compared', () => {
    expect(comparisonPlan([{ kind: 'invariants', invariants: 'all' }], 60e9)).toBeUndefined();
  });

  it('says how much runs may differ before a change hides among them', () => {
    const { least, detections } = comparisonPlan([gate('cni.add', 0.1), gate('cni.del', 0.2)], 60e9)!;
    expect(least).toBe(5);
    expect(detections.map(({ runs, duration }) => [runs, duration])).toEqual([
      [8, 960e9],
      [12, 1440e9],
      [20, 2400e9],
    ]);
    for (const { runs, found } of detections) {
      const [small, large] = found;
      expect(small!.detect).toBe(0.1);
      expect(large!.spread).toBeCloseTo(2 * small!.spread, 9);
      const effect = small!.detect / small!.spread;
      expect(power(runs, effect, { alpha: 0.025, seed: 1 })).toBeGreaterThan(0.94);
      // The shift that is found reaches the minimum as surely.
      const error = Math.sqrt(Math.PI / 3) * small!.spread * Math.sqrt(2 / runs);
      expect(small!.detect / 2 / error).toBeGreaterThanOrEqual(normalQuantile(0.95) - 1e-9);
    }
  });
});
