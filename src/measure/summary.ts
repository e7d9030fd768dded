import { FAILURE_CLASSES, type FailureClass } from '../cni/index.ts';
import {
  bootstrapQuantiles,
  MIN_CLUSTERS,
  maximum,
  mean,
  orderSamples,
  quantile,
  type SampleColumns,
} from '../stats/index.ts';
import type { BoundValue, Summary } from './folder/document.ts';
import { metric } from './metrics.ts';
import { histogramScale, type Recorder, type Series, seriesKey } from './recorder.ts';
import { OUTCOMES } from './sample.ts';

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 } as const;
/** Width of the clusters of the bootstrap and of the windows over time, ns. */
export const WINDOW_NS = 1e9;

/** Seeds the bootstrap: the same samples give the same intervals. */
const BOOTSTRAP_SEED = 0x5eed;

const OK = OUTCOMES.indexOf('ok');
const PENDING = OUTCOMES.indexOf('pending');

/** One summary per series, in the order in which their first samples came. */
export function summarise(recorder: Recorder): Summary[] {
  return recorder.series.map((series) => summariseSeries(series, (at) => recorder.deadlineAt(at)));
}

/**
 * What a series amounts to. A failed operation counts as at least the deadline of the phase it arrived in,
 * a pending one as at least its age; both as slower than whatever succeeded.
 */
function summariseSeries(series: Series, deadlineAt: (at: number) => number): Summary {
  const samples = boundedColumns(series, deadlineAt);
  const ordered = orderSamples(samples);
  const [p50, p99] = bootstrapQuantiles(ordered, [0.5, 0.99], { seed: BOOTSTRAP_SEED });
  const { failed, pending } = countOutcomes(series);
  const warnings: string[] = [];
  if (p50 === undefined) {
    warnings.push(`no interval: it needs samples in at least ${MIN_CLUSTERS} different seconds`);
  }
  if (series.negative > 0) {
    warnings.push(`${series.negative} negative values: clocks or stamps are wrong, do not use this metric`);
  }
  const points = Object.entries(QUANTILES).map(([name, q]) => [name, quantile(ordered, q)!]);
  return {
    metric: series.metric,
    labels: series.labels,
    key: seriesKey(series.metric, series.labels),
    unit: metric(series.metric).unit,
    count: samples.values.length,
    ok: samples.values.length - pending - Object.values(failed).reduce((sum, n) => sum + n, 0),
    failed,
    pending,
    negative: series.negative,
    min: quantile(ordered, 0)!,
    ...(Object.fromEntries(points) as Record<keyof typeof QUANTILES, BoundValue>),
    max: maximum(ordered)!,
    mean: mean(ordered)!,
    intervals: { p50, p99 },
    histogram: { scale: histogramScale(series.metric), encoded: series.histogram.encode() },
    warnings,
  };
}

/** Copies a series into plain columns with failures at their bounds; the cluster is the second of arrival. */
export function boundedColumns({ columns }: Series, deadlineAt: (at: number) => number): SampleColumns {
  const n = columns.length;
  const values = new Float64Array(n);
  const atLeast = new Uint8Array(n);
  const clusters = new Uint32Array(n);
  // Arrivals of one series need not be in order: a failure is known before an earlier success.
  const origin = earliest(columns);
  for (let i = 0; i < n; i++) {
    const outcome = columns.outcome(i);
    const at = columns.at(i);
    const value = columns.value(i);
    const failed = outcome !== OK && outcome !== PENDING;
    values[i] = failed ? Math.max(value, deadlineAt(at)) : value;
    atLeast[i] = outcome === OK ? 0 : 1;
    clusters[i] = Math.floor((at - origin) / WINDOW_NS);
  }
  return { values, atLeast, clusters };
}

function earliest(columns: Series['columns']): number {
  let first = Infinity;
  for (let i = 0; i < columns.length; i++) first = Math.min(first, columns.at(i));
  return first;
}

function countOutcomes({ columns }: Series) {
  const counts = new Array<number>(OUTCOMES.length).fill(0);
  for (let i = 0; i < columns.length; i++) counts[columns.outcome(i)]!++;
  const failed: Partial<Record<FailureClass, number>> = {};
  for (const name of FAILURE_CLASSES) {
    const count = counts[OUTCOMES.indexOf(name)]!;
    if (count > 0) failed[name] = count;
  }
  return { failed, pending: counts[PENDING]! };
}
