import type { HistoryChange, HistoryDocument, HistoryGroup, HistorySeries } from '../../history/index.ts';
import { formatBound } from '../format-bound.ts';
import { cell, left, right, type Table, type Tone } from '../model/table.ts';
import { signedShare } from '../signed-share.ts';

/** What is still to be looked at comes first. */
const STATES = ['open', 'environment', 'acknowledged', 'undone'] as const;

/** Every change of level, what is open first. */
export function changesTable({ groups }: HistoryDocument): Table {
  const found = groups.flatMap((group) =>
    group.series.flatMap((series) => series.changes.map((change) => ({ group, series, change }))),
  );
  const severalGroups = groups.length > 1;
  return {
    title: 'Changes',
    columns: [
      left('since'),
      left('metric'),
      right('before'),
      right('after'),
      right('change'),
      right('p'),
      left('state'),
      left('reason'),
    ],
    rows: STATES.flatMap((state) => found.filter(({ change }) => change.state === state)).map(
      ({ group, series, change }) => [
        cell(dateOf(group, change.point)),
        cell(
          `${severalGroups ? `${group.name}: ` : ''}${seriesName(series)}`,
          series.gated ? 'strong' : undefined,
        ),
        cell(levelText(change.before, series)),
        cell(levelText(change.after, series)),
        cell(changeText(change), changeTone(change)),
        cell(change.p.toFixed(3)),
        cell(change.state, change.state === 'open' ? changeTone(change) : 'dim'),
        cell(change.reason ?? ''),
      ],
    ),
    legend:
      'p: share of random orders of the values with a split as clear. open: nobody said why; environment: the machine or the configuration changed with it; undone: the level before it is back. Metrics in bold decide the outcome.',
  };
}

/** `cni.add p99`, or `cni.add p99, b against a` where two sides were compared each night. */
export function seriesName({ key, statistic, of }: HistorySeries): string {
  return `${key} ${statistic}${of === 'difference' ? ', b against a' : ''}`;
}

export function levelText(level: HistoryChange['before'], { of, unit }: HistorySeries): string {
  return of === 'difference' ? signedShare(level.value) : formatBound(level, unit);
}

/** A share; of differences, which are shares already, what is between them. */
export function changeText({ change }: HistoryChange): string {
  return change === null ? '-' : signedShare(change);
}

/** Better and worse are said in colour only where nobody has looked at them yet. */
export function changeTone({ state, direction }: HistoryChange): Tone {
  if (state !== 'open') return 'dim';
  return direction === 'worse' ? 'bad' : 'good';
}

/** The day of a point, with the time where a day has several. */
export function dateOf({ points }: HistoryGroup, point: number): string {
  const { startedAt } = points[point]!;
  const day = startedAt.slice(0, 10);
  const isAlone = points.every((other, i) => i === point || !other.startedAt.startsWith(day));
  return isAlone ? day : `${day} ${startedAt.slice(11, 16)}`;
}
