import type { HistoryDocument, HistoryGroup } from '../../history/index.ts';
import { dateOf } from './changes-table.ts';

/** When the machine or the configuration of a group changed, and how often it was not quiet: a line each. */
export function environmentLines(group: HistoryGroup): string[] {
  const noisy = group.points.filter(({ conditions }) => conditions.length > 0).length;
  return [
    ...group.environmentChanges.map(({ point, fields }) => {
      const texts = fields.map(({ field, before, after }) => `${field} ${before || '-'} → ${after || '-'}`);
      return `${dateOf(group, point)}: ${texts.join(', ')}`;
    }),
    ...(noisy > 0 ? [`the machine was not quiet at ${noisy} of ${group.points.length} points`] : []),
  ];
}

/** `results/nightly: 24 points, 2026-10-01 to 2026-10-24`. */
export function historyTitle({ source, groups }: HistoryDocument): string {
  const days = groups
    .flatMap(({ points }) => points.map(({ startedAt }) => startedAt.slice(0, 10)))
    .toSorted();
  const points = new Set(groups.flatMap((group) => group.points.map(({ id }) => id))).size;
  return `${source}: ${points} point${points === 1 ? '' : 's'}, ${days[0]} to ${days.at(-1)}`;
}
