import type { FoundRun } from '../../compare/index.ts';
import type { RunDocument, Summary } from '../../measure/index.ts';
import type { Night } from '../read/night.ts';
import type { StoredComparison } from '../read/stored-comparison.ts';

export interface NightOptions {
  readonly runs?: number;
  /** p50 of cni.add, ns. */
  readonly p50?: number;
  readonly kernel?: string;
  readonly substrate?: string;
  readonly stealShare?: number;
  /** Commits and relative differences of a comparison of cni.add p50. */
  readonly compared?: { readonly baseline: string; readonly difference: number };
  /** Variant of the series that the runs belong to, in turns. */
  readonly variants?: readonly string[];
}

/** The day of a night, 2026-10-01 being night 0. */
export function dayOf(night: number): string {
  return new Date(Date.UTC(2026, 9, 1 + night)).toISOString().slice(0, 10);
}

/** A night of made-up runs of pod-churn, of which only what the options say is of interest. */
export function night(number: number, options: NightOptions = {}): Night {
  const { runs = 1, compared, variants = [] } = options;
  const found = Array.from({ length: runs }, (_, i): FoundRun => {
    const variant = variants[i % variants.length];
    return { folder: `${i}`, run: runOf(number, i, options), cell: {}, ...(variant !== undefined && { variant }) };
  });
  const comparisons = compared ? [comparison(found.map(({ run }) => run), compared)] : [];
  return { id: dayOf(number), runs: found, comparisons };
}

function runOf(number: number, i: number, options: NightOptions): RunDocument {
  const { p50 = 4e6, kernel = '6.18.0', substrate = 'netns', stealShare = 0 } = options;
  const startedAt = `${dayOf(number)}T0${i}:00:00.000Z`;
  const noise = { rounds: 1000, p50: 80_000, p99: 100_000, max: 200_000 };
  const lag = { p50: 0, p99: 0, max: 0 };
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Run',
    format: 1,
    id: `${dayOf(number)}-${substrate}-${i}`,
    scenario: { name: 'pod-churn', description: '', file: '', source: '', changed: [], asRun: {} },
    lab: { substrate },
    startedAt,
    endedAt: startedAt,
    clock: { source: 'CLOCK_MONOTONIC', startNs: 0, endNs: 1e9, zeroUnixNs: 0, errorNs: 0 },
    phases: [],
    load: {
      ...{ mode: 'open', planned: 60, started: 60, dropped: 0, late: 0, lateAfterNs: 5e6 },
      ...{ completed: 60, failed: 0, durationNs: 1e9, lag },
    },
    fingerprint: {
      identity: {
        ...{ kernel, arch: 'x64', cpu: 'Example CPU', cores: 2, memoryBytes: 2 ** 30, node: '24.0.0' },
        ...{ churnlab: '0.1.0', commit: `c${number}`, dirty: false, configuration: '' },
      },
      condition: {
        ...{ stealShare, loadBefore: 0, loadAfter: 0, loopLag: lag },
        ...{ noiseBefore: noise, noiseAfter: noise },
      },
    },
    // Runs of a night lie round its level.
    summaries: [summary('cni.add', p50 + 1000 * i), summary('pod.ready', 20e6)],
    primary: ['cni.add', 'pod.ready'],
    windows: [],
    invariants: [],
    gates: [],
    warnings: [],
  };
}

function summary(metric: string, value: number): Summary {
  const same = { value, atLeast: false };
  return {
    ...{ metric, labels: {}, key: metric, unit: 'ns', count: 60, ok: 60, failed: {}, pending: 0, negative: 0 },
    ...{ min: same, p50: same, p90: same, p95: same, p99: same, 'p99.9': same, max: same, mean: same },
    ...{ intervals: {}, histogram: { scale: 1, encoded: 'HISTFAAA' }, warnings: [] },
  };
}

/** A comparison of the first half of runs with the second. */
function comparison(
  runs: readonly RunDocument[],
  { baseline, difference }: NonNullable<NightOptions['compared']>,
): StoredComparison {
  const half = runs.length >> 1;
  const side = (members: readonly RunDocument[], commit?: string) => ({
    runs: members.map(({ id, startedAt, fingerprint }) => ({
      ...{ id, group: '', startedAt, commit: commit ?? fingerprint.identity.commit },
    })),
  });
  const relative = { value: difference, low: difference - 0.01, high: difference + 0.01 };
  return {
    title: 'pod-churn',
    sides: { a: side(runs.slice(0, half), baseline), b: side(runs.slice(half)) },
    groups: [{ name: '', scenario: 'pod-churn', cell: {} }],
    metrics: [
      {
        ...{ group: '', key: 'cni.add', metric: 'cni.add', unit: 'ns', statistic: 'p50', better: 'lower' },
        ...{ gated: true, minimum: { relative: 0.05 }, a: { runs: half }, b: { runs: half } },
        difference: { relative },
      },
    ],
  };
}
