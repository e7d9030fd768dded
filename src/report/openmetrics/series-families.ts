import {
  type BoundValue,
  METRICS,
  type MetricName,
  type RunDocument,
  type Summary,
} from '../../measure/index.ts';
import type { Unit } from '../../stats/index.ts';
import type { MetricFamily, MetricPoint } from './exposition.ts';

const QUANTILES = [
  ['0.5', 'p50'],
  ['0.9', 'p90'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
  ['0.999', 'p99.9'],
  ['1', 'max'],
] as const;

/** Base units of OpenMetrics, as the end of a name, with the factor from ours. */
const UNITS: Readonly<Record<Unit, { readonly name?: string; readonly factor: number }>> = {
  ns: { name: 'seconds', factor: 1e-9 },
  bytes: { name: 'bytes', factor: 1 },
  'bytes/s': { name: 'bytes_per_second', factor: 1 },
  '1/s': { name: 'per_second', factor: 1 },
  cores: { name: 'cores', factor: 1 },
  ratio: { name: 'ratio', factor: 1 },
  count: { factor: 1 },
};

export interface LabelledRun {
  readonly labels: Readonly<Record<string, string>>;
  readonly run: RunDocument;
}

/**
 * Two families a metric: a summary with the quantiles that are known, and a gauge with lower bounds for those that fall
 * among failed operations. A reader of the first cannot take "at least 10 s" for 10 s.
 */
export function seriesFamilies(runs: readonly LabelledRun[]): MetricFamily[] {
  const all = runs.flatMap(({ labels, run }) => run.summaries.map((summary) => ({ labels, summary })));
  const byMetric = Map.groupBy(all, ({ summary }) => summary.metric);
  return [...byMetric].flatMap(([metric, members]) => familiesOf(metric, members));
}

interface Member {
  readonly labels: LabelledRun['labels'];
  readonly summary: Summary;
}

function familiesOf(metric: string, members: readonly Member[]): MetricFamily[] {
  const { name: unit, factor } = UNITS[members[0]!.summary.unit];
  const base = `churnlab_${metric.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
  const ending = unit === undefined ? '' : `_${unit}`;
  const definition = METRICS.get(metric as MetricName);
  const help = definition ? [definition.from, definition.to].filter(Boolean).join(' → ') : metric;
  const points = members.flatMap((member) => summaryPoints(member, factor));
  const bounds = members.flatMap(({ labels, summary }) =>
    quantilesOf(summary, (bound) => bound.atLeast).map(
      ([q, bound]): MetricPoint => ({
        labels: { ...labels, ...summary.labels, q },
        value: scaled(bound.value, factor),
      }),
    ),
  );
  const common = unit === undefined ? {} : { unit };
  return [
    { name: `${base}${ending}`, type: 'summary', ...common, help, points },
    {
      name: `${base}_at_least${ending}`,
      type: 'gauge',
      ...common,
      help: `quantile q of ${metric} is not below this: it falls among failed or pending operations`,
      points: bounds,
    },
  ];
}

function summaryPoints({ labels, summary }: Member, factor: number): MetricPoint[] {
  const own = { ...labels, ...summary.labels };
  const { count, mean } = summary;
  return [
    ...quantilesOf(summary, (bound) => !bound.atLeast).map(([quantile, bound]) => ({
      labels: { ...own, quantile },
      value: scaled(bound.value, factor),
    })),
    { suffix: '_count', labels: own, value: count },
    // A mean with lower bounds in it has no sum; a sum below zero is not one that the format has.
    ...(mean.atLeast || mean.value < 0
      ? []
      : [{ suffix: '_sum', labels: own, value: scaled(mean.value * count, factor) }]),
  ];
}

function quantilesOf(summary: Summary, wanted: (bound: BoundValue) => boolean): [string, BoundValue][] {
  return QUANTILES.flatMap(([quantile, name]): [string, BoundValue][] => {
    const bound = summary[name];
    // Quantiles of a summary must not be negative: such values are a defect, which the run itself reports.
    return wanted(bound) && bound.value >= 0 ? [[quantile, bound]] : [];
  });
}

/** Without the noise of the factor: 4100000 ns are 0.0041 s. */
function scaled(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}
