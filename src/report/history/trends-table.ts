import type { HistoryGroup, HistorySeries } from '../../history/index.ts';
import { sparkline } from '../live/sparkline.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';
import { changeText, changeTone, dateOf, levelText, seriesName } from './changes-table.ts';

/** The newest points that a trend shows. */
const WIDTH = 30;
/** A trend that spans less than this share of its values is drawn as flat as it is. */
const LEAST_SPAN = 0.3;

/** The series of a group: those that decide and those that changed, or all. */
export function trendsTable(group: HistoryGroup, options: { readonly all?: boolean } = {}): Table {
  const shown = group.series.filter(
    ({ gated, changes }) => options.all || gated || changes.some(({ state }) => state !== 'undone'),
  );
  const rest = group.series.length - shown.length;
  return {
    title: group.name,
    columns: [left('metric'), right('points'), left('trend'), right('newest'), left('level'), left('')],
    rows: shown.map((series) => row(group, series)),
    ...(rest > 0 && { legend: `${rest} more series without a change` }),
  };
}

function row(group: HistoryGroup, series: HistorySeries): Cell[] {
  const { values, changes, gated, notes } = series;
  const newest = values.at(-1);
  const last = changes.at(-1);
  return [
    cell(seriesName(series), gated ? 'strong' : undefined),
    cell(String(values.length)),
    cell(drawn(series)),
    cell(newest ? levelText(newest, series) : '-'),
    last
      ? cell(`${changeText(last)} since ${dateOf(group, last.point)}`, changeTone(last))
      : cell(notes.length === 0 ? 'no change' : '', 'dim'),
    cell([...(gated ? ['decides'] : []), ...notes].join('; '), 'dim'),
  ];
}

/** Bars from the least value on, so that a step of some per cent is one; one night in twenty may be too high to show. */
function drawn({ values, of }: HistorySeries): string {
  const numbers = values.slice(-WIDTH).map(({ value }) => value);
  const rising = numbers.toSorted((a, b) => a - b);
  const [least = 0, most = 0] = [rising[0], rising[Math.ceil(0.95 * rising.length) - 1]];
  const span = Math.max(most - least, LEAST_SPAN * (of === 'difference' ? 1 : Math.abs(most)));
  const bars = numbers.map((value) => value - least);
  return sparkline(bars, bars.length, span);
}
