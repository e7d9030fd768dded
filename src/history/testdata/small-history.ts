import { type Random, seeded } from '../../stats/index.ts';
import type { HistoryDocument, HistoryGroup, HistorySeries } from '../document.ts';

const NIGHTS = 24;

/**
 * A history as a nightly job leaves it: cni.add became slower on night 9 (acknowledged), pod.ready on night 16 together
 * with the kernel, the difference to the baseline on night 18 (open), and one night was strange.
 */
export function smallHistory(): HistoryDocument {
  const random = seeded(7);
  const points: HistoryGroup['points'] = Array.from({ length: NIGHTS }, (_, night) => ({
    id: `2026-10-${String(night + 1).padStart(2, '0')}`,
    startedAt: `2026-10-${String(night + 1).padStart(2, '0')}T02:00:00.000Z`,
    runs: 8,
    commit: `${String(night).padStart(4, '0')}e02a3ad9f1c6b0e3c5c2f3f0f4f1f1d6c6b5`,
    environment: night < 16 ? 0 : 1,
    conditions: night === 12 ? ['steal time 14 % in 3 of 8 runs'] : [],
  }));
  const series: HistorySeries[] = [
    {
      key: 'cni.add',
      metric: 'cni.add',
      statistic: 'p99',
      of: 'value',
      unit: 'ns',
      better: 'lower',
      gated: true,
      values: valuesOf(random, (night) => (night < 9 ? 4.1e6 : 4.6e6) * (night === 12 ? 3 : 1)),
      changes: [
        {
          point: 9,
          p: 0.001,
          before: { value: 4.1e6, atLeast: false },
          after: { value: 4.6e6, atLeast: false },
          change: 0.122,
          direction: 'worse',
          state: 'acknowledged',
          reason: 'every lease is durable before the answer now',
        },
      ],
      notes: [],
    },
    {
      key: 'pod.ready',
      metric: 'pod.ready',
      statistic: 'p50',
      of: 'value',
      unit: 'ns',
      better: 'lower',
      gated: false,
      values: valuesOf(random, (night) => (night < 16 ? 21e6 : 18e6)),
      changes: [
        {
          point: 16,
          p: 0.001,
          before: { value: 21e6, atLeast: false },
          after: { value: 18e6, atLeast: false },
          change: -0.143,
          direction: 'better',
          state: 'environment',
        },
      ],
      notes: [],
    },
    {
      key: 'cni.add',
      metric: 'cni.add',
      statistic: 'p50',
      of: 'difference',
      unit: 'ratio',
      better: 'lower',
      gated: true,
      values: valuesOf(random, (night) => (night < 18 ? 0.004 : 0.08), 0.01),
      changes: [
        {
          point: 18,
          p: 0.002,
          before: { value: 0.004, atLeast: false },
          after: { value: 0.08, atLeast: false },
          change: 0.076,
          direction: 'worse',
          state: 'open',
        },
      ],
      notes: [],
    },
    {
      key: 'service.programmed{node=n1}',
      metric: 'service.programmed',
      statistic: 'p99',
      of: 'value',
      unit: 'ns',
      better: 'lower',
      gated: false,
      values: valuesOf(random, () => 7e6)
        .slice(-6)
        .map((value, i) => ({ ...value, atLeast: i === 2, ...(i === 2 && { value: 10e9 }) })),
      changes: [],
      notes: ['change points need 10 points'],
    },
  ];
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'History',
    format: 1,
    source: 'results/nightly',
    groups: [
      {
        name: 'pod-churn',
        scenario: 'pod-churn',
        points,
        environments: [
          { 'identity.kernel': '6.12.0', 'identity.cpu': 'Example CPU @ 2.60GHz', 'identity.cores': '2' },
          { 'identity.kernel': '6.18.0', 'identity.cpu': 'Example CPU @ 2.60GHz', 'identity.cores': '2' },
        ],
        environmentChanges: [
          { point: 16, fields: [{ field: 'identity.kernel', before: '6.12.0', after: '6.18.0' }] },
        ],
        series,
      },
    ],
    outcome: 'regression',
    exitCode: 5,
    reasons: ['pod-churn: cni.add p50 against the baseline: worse by 7.60 % since 2026-10-19'],
    warnings: [],
  };
}

/** A value a night round `level`, with the range of its runs. */
function valuesOf(
  random: Random,
  level: (night: number) => number,
  noise?: number,
): HistorySeries['values'] {
  return Array.from({ length: NIGHTS }, (_, point) => {
    const spread = noise ?? 0.02 * level(point);
    const value = level(point) + spread * (random.float() - 0.5);
    return { point, runs: 8, value, atLeast: false, low: value - spread, high: value + spread };
  });
}
