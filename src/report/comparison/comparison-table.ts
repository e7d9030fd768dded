import type { ComparedMetric, ComparisonDocument, SideSummary } from '../../compare/index.ts';
import { format } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';
import { metricName, signedShare, verdictCell, verdictTone } from './verdict-cell.ts';

const LEGEND =
  'a, b: median over runs. Difference: Hodges-Lehmann shift of b against a with its 95 % interval, beside the value of a. ' +
  'p: Mann-Whitney, after Holm. ~: these runs do not decide. Metrics in bold decide the outcome.';

/** One row per metric, what decides first. */
export function comparisonTable({ metrics }: ComparisonDocument): Table {
  return {
    title: 'Verdicts',
    columns: [
      left('metric'),
      right('a'),
      right('b'),
      right('difference'),
      right('95 % interval'),
      right('p'),
      right('n'),
      left('verdict'),
    ],
    rows: inOrder(metrics).map((metric) => [
      cell(metricName(metric), metric.gated ? 'strong' : undefined),
      valueCell(metric, metric.a),
      valueCell(metric, metric.b),
      cell(differenceText(metric), verdictTone(metric.verdict)),
      cell(intervalText(metric)),
      cell(metric.pHolm === null ? '-' : probability(metric.pHolm)),
      cell(`${metric.a?.runs ?? 0}+${metric.b?.runs ?? 0}`),
      verdictCell(metric),
    ]),
    legend: LEGEND,
  };
}

/** Metrics that decide the outcome first; within each the order of the document. */
export function inOrder(metrics: readonly ComparedMetric[]): ComparedMetric[] {
  return [...metrics.filter(({ gated }) => gated), ...metrics.filter(({ gated }) => !gated)];
}

function valueCell({ unit }: ComparedMetric, side: SideSummary | null): Cell {
  return side ? cell(formatBound(side.value, unit)) : cell('-', 'dim');
}

/** Nothing is said of a difference that these runs do not support. */
function differenceText({ difference, verdict, unit }: ComparedMetric): string {
  if (difference === null || verdict.kind === 'missing') return '-';
  if (verdict.kind === 'inconclusive') return '~';
  const { absolute, relative } = difference;
  return relative ? signedShare(relative.value) : format(absolute.value, unit);
}

export function intervalText({ difference, unit }: ComparedMetric): string {
  if (difference === null) return '';
  const { relative, absolute } = difference;
  const { low, high } = relative ?? absolute;
  const text = (value: number) => (relative ? signedShare(value) : format(value, unit));
  if (low === null && high === null) return '';
  return `${low === null ? '−∞' : text(low)} to ${high === null ? '∞' : text(high)}`;
}

function probability(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}
