import { type ComparisonDocument, compare, type FoundRun, type LikenessOptions, type Side } from '../../compare/index.ts';
import type { RunDocument } from '../../measure/index.ts';
import { Histogram, orderValues, quantile, seeded } from '../../stats/index.ts';
import { runWith, summaryOf } from './small-run.ts';

const MS = 1e6;
const SAMPLES = 500;
const IDENTITY: RunDocument['fingerprint']['identity'] = {
  ...{ kernel: '6.18.0', arch: 'x64', cpu: 'A processor', cores: 2, memoryBytes: 8 * 2 ** 30, node: '24.21.0' },
  ...{ churnlab: '0.1.0', commit: '1111111111111111111111111111111111111111', dirty: false },
  configuration: '0'.repeat(64),
};

export interface SideOptions {
  readonly runs?: number;
  /** Factor on every duration: 1.2 is a side that is slower by a fifth. */
  readonly slower?: number;
  /** Standard deviation from run to run, as a share. */
  readonly spread?: number;
  readonly seed?: number;
  /** Series of each run, by their median in ms. */
  readonly medians?: Readonly<Record<string, number>>;
  /** What else is different in each run. */
  readonly change?: (run: RunDocument, i: number) => RunDocument;
}

/** Runs made up from a seed, as they would be read from folders. */
export function madeUpSide(name: string, options: SideOptions = {}): Side {
  const { runs = 8, slower = 1, spread = 0.02, seed = 1 } = options;
  const { medians = { 'pod.sandbox': 12, 'cni.add': 2, 'cni.del': 1 }, change = (run) => run } = options;
  const random = seeded(seed);
  const found = Array.from({ length: runs }, (_, i): FoundRun => {
    const shift = slower * (1 + spread * (random.float() + random.float() + random.float() - 1.5) * 2);
    const summaries = Object.entries(medians).map(([key, ms]) =>
      drawn(key, Array.from({ length: SAMPLES }, () => ms * MS * shift * (0.5 + random.float()))),
    );
    const base = runWith({
      id: `20261121T06${String(10 + i)}00Z-pod-churn-${name}${i}`,
      startedAt: `2026-11-21T06:${String(10 + i)}:00.000Z`,
      summaries,
      primary: Object.keys(medians).slice(0, 3),
    });
    const fingerprint = { ...base.fingerprint, identity: IDENTITY };
    return { folder: `results/${base.id}`, run: change({ ...base, fingerprint }, i), cell: {} };
  });
  return { name, runs: found };
}

function drawn(key: string, values: readonly number[]) {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  const ordered = orderValues(values);
  const at = (q: number) => quantile(ordered, q)!;
  return summaryOf(key, {
    count: values.length,
    ok: values.length,
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    'p99.9': at(0.999),
    max: at(1),
    mean: { value: values.reduce((sum, value) => sum + value, 0) / values.length, atLeast: false },
    histogram: { scale: 1, encoded: histogram.encode() },
  });
}

/** A comparison in which `cni.add` got slower by a fifth, `pod.sandbox` stayed, and `cni.del` cannot be told. */
export function smallComparison(options: LikenessOptions = {}): ComparisonDocument {
  const gates: RunDocument['gates'] = [
    { kind: 'regression', metric: 'pod.sandbox', quantile: 'p50', detect: 0.1, minimum: 0.05 },
    {
      kind: 'regression',
      metric: 'cni.add',
      quantile: 'p50',
      detect: 0.1,
      minimum: 0.05,
      because: 'a pod waits for it',
    },
    { kind: 'regression', metric: 'cni.del', quantile: 'p99', detect: 0.02, minimum: 0.01 },
  ];
  const revision = (commit: string) => (run: RunDocument) => ({
    ...run,
    gates,
    fingerprint: { ...run.fingerprint, identity: { ...run.fingerprint.identity, commit, dirty: false } },
  });
  const a = madeUpSide('base', { change: revision('1111111111111111111111111111111111111111') });
  const b = madeUpSide('candidate', {
    seed: 2,
    medians: { 'pod.sandbox': 12, 'cni.add': 2.4, 'cni.del': 1 },
    change: revision('2222222222222222222222222222222222222222'),
  });
  return compare(a, b, options);
}
