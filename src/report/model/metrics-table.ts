import { METRICS, type RunDocument, type Summary } from '../../measure/index.ts';
import { formatCount } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { type Cell, cell, left, right, type Table } from './table.ts';

const LEGEND =
  '±: the larger half of the 95 % interval (bootstrap of whole seconds). ≥: at least; it falls among failed or pending operations.';
/** Of a metric with more labelled series than this, the slowest are shown: an agent per node fills pages. */
const SHOWN_SERIES = 3;

/** One row per series: what is gated or plotted first, then the rest in the order of the list of metrics. */
export function metricsTable(run: RunDocument): Table {
  const order = [...METRICS.keys()] as string[];
  const rank = ({ metric, key }: Summary) => {
    const primary = run.primary.indexOf(key);
    return primary >= 0 ? primary : run.primary.length + order.indexOf(metric);
  };
  const hidden = new Map<string, number>();
  const rows = [...run.summaries]
    .sort((a, b) => rank(a) - rank(b) || b.p99.value - a.p99.value)
    .filter(({ metric, labels, key }, i, all) => {
      if (Object.keys(labels).length === 0 || run.primary.includes(key)) return true;
      const before = all
        .slice(0, i)
        .filter((other) => other.metric === metric && other.key !== metric).length;
      if (before >= SHOWN_SERIES) hidden.set(metric, (hidden.get(metric) ?? 0) + 1);
      return before < SHOWN_SERIES;
    });
  const more = [...hidden].map(([metric, count]) => `${count} more series of ${metric} are in run.json.`);
  return {
    title: 'Metrics',
    columns: [
      left('metric'),
      right('n'),
      right('failed'),
      right('p50'),
      right('±'),
      right('p90'),
      right('p99'),
      right('±'),
      right('p99.9'),
      right('max'),
    ],
    legend: [LEGEND, ...more].join(' '),
    rows: rows.map((summary) => row(summary, run.primary.includes(summary.key))),
  };
}

function row(summary: Summary, isPrimary: boolean): Cell[] {
  const { unit, intervals } = summary;
  return [
    cell(summary.key, isPrimary ? 'strong' : undefined, summary.warnings),
    cell(formatCount(summary.count)),
    failedCell(summary),
    cell(formatBound(summary.p50, unit)),
    cell(spread(summary.p50.value, intervals.p50), 'dim'),
    cell(formatBound(summary.p90, unit), summary.p90.atLeast ? 'bad' : undefined),
    cell(formatBound(summary.p99, unit), summary.p99.atLeast ? 'bad' : undefined),
    cell(spread(summary.p99.value, intervals.p99), 'dim'),
    cell(formatBound(summary['p99.9'], unit), summary['p99.9'].atLeast ? 'bad' : undefined),
    cell(formatBound(summary.max, unit), summary.max.atLeast ? 'bad' : undefined),
  ];
}

function failedCell({ failed, pending, negative }: Summary): Cell {
  const classes = Object.entries(failed).map(([name, count]) => `${formatCount(count)} ${name}`);
  const notes = [...classes, ...(pending > 0 ? [`${formatCount(pending)} pending at the end`] : [])];
  const total = Object.values(failed).reduce((sum, count) => sum + count, 0) + pending;
  if (total === 0) return cell('0', negative > 0 ? 'doubt' : undefined);
  return cell(formatCount(total), 'bad', [notes.join(', ')]);
}

/** The larger half of an interval relative to its value; the whole interval is in JSON and HTML. */
function spread(value: number, interval: Summary['intervals']['p50']): string {
  if (interval === undefined) return '-';
  if (interval.high.atLeast) return '∞';
  const half = Math.max(value - interval.low.value, interval.high.value - value);
  const percent = (half / value) * 100;
  return Number.isFinite(percent) ? `${percent < 1 ? '<1' : Math.round(percent)}%` : '-';
}
