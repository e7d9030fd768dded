import type { ComparedMetric, ComparisonDocument, SideSummary } from '../../compare/index.ts';
import { formatBound } from '../format-bound.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';
import { differenceText, pText, shareText, verdictCell } from './verdict-text.ts';

const LEGEND =
  'a, b: median over runs. ±: the larger half of its 95 % interval (runs are drawn first, then samples). b − a: Hodges-Lehmann shift as a share of a, with its 95 % interval. p: Mann-Whitney on the values of runs (signed ranks where n is pairs), after Holm. finds: the worsening that would be called worse in 95 % of cases. ~: not enough runs to say.';

export interface TableOptions {
  /** Every metric, not only what is gated or changed. */
  readonly all?: boolean;
}

/** One row per metric: what is gated first, then what changed; the rest only when asked for. */
export function comparisonTable(document: ComparisonDocument, { all = false }: TableOptions = {}): Table {
  const shown = document.metrics.filter((metric) => all || isTelling(metric));
  const several = document.groups.length > 1;
  return {
    title: 'Metrics',
    columns: [
      ...(several ? [left('scenario')] : []),
      left('metric'),
      right('a'),
      right('±'),
      right('b'),
      right('±'),
      right('b − a'),
      right('p'),
      right('n'),
      right('finds'),
      left('verdict'),
    ],
    rows: shown.map((metric) => [...(several ? [cell(metric.group)] : []), ...row(metric)]),
    legend: [LEGEND, ...hidden(document.metrics, shown)].join(' '),
  };
}

function isTelling(metric: ComparedMetric): boolean {
  const { kind } = metric.verdict;
  return metric.gated || (kind !== 'same' && kind !== 'inconclusive' && !isOneSided(metric));
}

/** What only one of two networks has, say the parts of its calls, is nothing to compare. */
function isOneSided({ a, b }: ComparedMetric): boolean {
  return (a === null) !== (b === null);
}

function row(metric: ComparedMetric): Cell[] {
  const { key, statistic, gated, a, b, unit, test, pHolm, detectable } = metric;
  const value = (side: SideSummary | null) => cell(side ? formatBound(side.value, unit) : '-');
  return [
    cell(`${key} ${statistic}`, gated ? 'strong' : undefined),
    value(a),
    cell(spread(a), 'dim'),
    value(b),
    cell(spread(b), 'dim'),
    cell(differenceText(metric)),
    cell(pText(pHolm), 'dim'),
    cell(test === 'signed-rank' ? `${a!.runs} pairs` : `${a?.runs ?? 0}+${b?.runs ?? 0}`, 'dim'),
    cell(detectable === null ? '-' : shareText(detectable), 'dim'),
    verdictCell(metric),
  ];
}

function spread(side: SideSummary | null): string {
  if (!side?.interval) return '-';
  const { value, interval } = side;
  if (interval.high.atLeast) return '∞';
  const half = Math.max(value.value - interval.low.value, interval.high.value - value.value) / value.value;
  return Number.isFinite(half) ? shareText(half) : '-';
}

function hidden(all: readonly ComparedMetric[], shown: readonly ComparedMetric[]): string[] {
  const rest = all.length - shown.length;
  if (rest === 0) return [];
  const left = all.filter((each) => !shown.includes(each));
  const same = left.filter(({ verdict }) => verdict.kind === 'same').length;
  const oneSided = left.filter(isOneSided).length;
  const ofOne = oneSided === 0 ? '' : `, ${oneSided} of one side alone`;
  return [`Not gated and not shown: ${same} the same, ${rest - same - oneSided} undecided${ofOne} (--all).`];
}

/** Said with each side. */
const SAID = 'identity.commit';

/** Fields in which the sides differ, and why they are compared all the same. */
export function differencesTable({ differences, groups }: ComparisonDocument): Table {
  const words = { subject: 'compared', allowed: 'allowed', refused: 'REFUSED' } as const;
  const several = groups.length > 1;
  return {
    title: 'What differs',
    columns: [...(several ? [left('scenario')] : []), left('field'), left('a'), left('b'), left('')],
    rows: differences
      .filter(({ field }) => field !== SAID)
      .map(({ group, field, a, b, status }) => [
        ...(several ? [cell(group)] : []),
        cell(field),
        cell(a),
        cell(b),
        cell(words[status], status === 'refused' ? 'bad' : status === 'allowed' ? 'doubt' : 'dim'),
      ]),
  };
}
