import { format } from '../stats/index.ts';
import { MIN_POINTS } from './changes.ts';
import type { HistoryChange, HistoryDocument, HistoryGroup, HistorySeries } from './document.ts';

type Conclusion = Pick<HistoryDocument, 'outcome' | 'exitCode' | 'reasons'>;

/**
 * What it comes to: a regression where a series that decides became worse and nobody said why; inconclusive where one that
 * decides is missing in the newest night, or none has enough of them.
 */
export function conclude(groups: readonly HistoryGroup[]): Conclusion {
  const gated = groups.flatMap((group) =>
    group.series.flatMap((series) => (series.gated ? [{ group, series }] : [])),
  );
  const worse = gated.flatMap(({ group, series }) =>
    series.changes.flatMap((change) =>
      change.state === 'open' && change.direction === 'worse' ? [worseText(group, series, change)] : [],
    ),
  );
  if (worse.length > 0) return { outcome: 'regression', exitCode: 5, reasons: worse };
  const missing = gated.flatMap(({ group, series }) =>
    series.values.at(-1)?.point === group.points.length - 1
      ? []
      : [`${subjectText(group, series)}: the newest point does not have it`],
  );
  const enough = gated.some(({ series }) => series.values.length >= MIN_POINTS);
  const tooFew = enough ? [] : [tooFewText(gated.map(({ series }) => series))];
  const doubts = [...missing, ...tooFew];
  if (doubts.length > 0) return { outcome: 'inconclusive', exitCode: 6, reasons: doubts };
  return { outcome: 'passed', exitCode: 0, reasons: [] };
}

function worseText(group: HistoryGroup, series: HistorySeries, { change, point }: HistoryChange): string {
  const by = change === null ? '' : ` by ${format(Math.abs(change), 'ratio')}`;
  return `${subjectText(group, series)}: worse${by} since ${group.points[point]!.id}`;
}

function tooFewText(gated: readonly HistorySeries[]): string {
  const most = Math.max(0, ...gated.map(({ values }) => values.length));
  return `a change can be told from chance with ${MIN_POINTS} points or more, there are ${most}`;
}

function subjectText({ name }: HistoryGroup, { key, statistic, of }: HistorySeries): string {
  return `${name}: ${key} ${statistic}${of === 'difference' ? ' against the baseline' : ''}`;
}
