import type { RunDocument, Summary } from '../../measure/index.ts';
import { Histogram } from '../../stats/index.ts';
import { syntheticRun } from './synthetic-run.ts';

const ms = 1e6;

/** A summary with the given quantiles, in ms; `atLeast` from which quantile on only a bound is known. */
export function summaryOf(key: string, fields: Partial<Summary> = {}): Summary {
  const histogram = new Histogram();
  for (let i = 1; i <= 100; i++) histogram.record(i * 1e5);
  const value = (inMs: number) => ({ value: inMs * ms, atLeast: false });
  return {
    metric: key.replace(/\{.*/, ''),
    labels: {},
    key,
    unit: 'ns',
    count: 1000,
    ok: 1000,
    failed: {},
    pending: 0,
    negative: 0,
    min: value(1),
    p50: value(2),
    p90: value(4),
    p95: value(5),
    p99: value(10),
    'p99.9': value(15),
    max: value(20),
    mean: value(3),
    intervals: { p50: { low: value(1.9), high: value(2.2) }, p99: { low: value(9), high: value(11.5) } },
    histogram: { scale: 1, encoded: histogram.encode() },
    warnings: [],
    ...fields,
  };
}

const base = syntheticRun({ pods: 50 });

/** A run that passes, with nothing in it that a test does not put there. */
export function runWith(fields: Partial<RunDocument> = {}): RunDocument {
  return {
    ...base,
    summaries: [summaryOf('cni.add')],
    primary: ['cni.add'],
    invariants: [],
    gates: [],
    warnings: [],
    ...fields,
  };
}
