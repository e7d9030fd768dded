import type { RunDocument, RunEvent } from '../../../measure/index.ts';
import { format, formatCount, formatRound } from '../../../stats/index.ts';
import type { HeatMap } from '../../model/heat-grid.ts';
import { cell, right, type Table } from '../../model/table.ts';
import { type Fragment, html } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { type FigureOptions, fullWidth, legendOf, type Size } from '../plot/figure.ts';
import { drawMarks, type Mark, marksHeight, marksOf, marksText, placeMarks } from '../plot/marks.ts';
import { cellsPath } from '../plot/path.ts';
import { logScale, timeScale } from '../plot/scale.ts';

/** From one operation to the most of any cell. */
const SHADES = 7;
const FAILED_BAND = 12;

/** How long operations took, second by second, with what happened marked. */
export function heatPlot(
  map: HeatMap,
  run: RunDocument,
  events: readonly RunEvent[],
  i: number,
): FigureOptions {
  const marks = marksOf(run, events, run.clock.startNs);
  const anyFailed = map.unsuccessful.some((count) => count > 0);
  return {
    id: `heat-${i}`,
    title: `${map.key}, every operation`,
    description: describe(map, marks),
    sizes: fullWidth(300),
    legend: legendOf([
      ['scale', `1 to ${formatCount(densest(map))} operations, by a logarithmic scale`],
      ...(anyFailed ? [['bar bad', 'failed or pending, by arrival'] as const] : []),
    ]),
    draw: (size) => draw(size, map, marks),
    data: dataOf(map),
    cursor: {
      at: map.counts.map((_, column) => (column + 0.5) / map.counts.length),
      frame: (size) => layoutOf(size, map, marks).frame,
    },
  };
}

function densest({ counts }: HeatMap): number {
  return Math.max(...counts.map((column) => Math.max(...column)));
}

function layoutOf({ width, height }: Size, { counts, columnNs }: HeatMap, marks: readonly Mark[]) {
  const sides = { left: 64, right: width - 12 };
  const seconds = (counts.length * columnNs) / 1e9;
  const x = timeScale(seconds, [sides.left, sides.right], width < 500 ? 4 : 10);
  const placed = placeMarks(marks, x, sides);
  const top = marksHeight(placed) + 6 + FAILED_BAND + 4;
  const frame: Frame = { ...sides, top, bottom: height - 26 };
  return { x, placed, frame };
}

function draw(size: Size, map: HeatMap, marks: readonly Mark[]): Fragment {
  const { x, placed, frame } = layoutOf(size, map, marks);
  const { edges, counts, unsuccessful } = map;
  const bottom = edges[0]!;
  const y = logScale(bottom, edges.at(-1)!, [frame.bottom, frame.top]);
  const seconds = map.columnNs / 1e9;
  const box = (column: number, low: number, high: number) => ({
    left: x(column * seconds),
    right: x((column + 1) * seconds),
    top: y(high),
    bottom: y(low),
  });
  const most = densest(map);
  const shades = Array.from({ length: SHADES }, (_, shade) =>
    cellsPath(
      counts.flatMap((column, i) =>
        column.flatMap((count, row) =>
          shadeOf(count, most) === shade + 1 ? [box(i, edges[row]!, edges[row + 1]!)] : [],
        ),
      ),
    ),
  );
  const failed = unsuccessful.flatMap((count, i) =>
    count > 0 ? [{ ...box(i, bottom, bottom), top: frame.top - FAILED_BAND - 4, bottom: frame.top - 4 }] : [],
  );
  return [
    yAxis(y, frame, (value) => formatRound(value, map.unit)),
    shades.map((path, i) => html`<path class="heat-${i + 1}" d="${path}"/>`),
    failed.length > 0 ? html`<path class="heat-failed" d="${cellsPath(failed)}"/>` : undefined,
    xAxis(x, frame, (second) => `${second} s`),
    drawMarks(placed, x, { ...frame, top: 4 }, 0),
  ];
}

/** 0 for none; from 1 on by the logarithm of the count. */
export function shadeOf(count: number, most: number): number {
  if (count <= 0) return 0;
  return Math.min(SHADES, 1 + Math.floor((Math.log2(count) / Math.log2(most + 1)) * SHADES));
}

function describe(map: HeatMap, marks: readonly Mark[]): string {
  const { edges, unit, unsuccessful } = map;
  const failed = unsuccessful.reduce((sum, count) => sum + count, 0);
  const beside = failed > 0 ? ` ${formatCount(failed)} failed or pending are the red line above.` : '';
  return `Every successful operation from ${format(edges[0]!, unit)} to ${format(edges.at(-1)!, unit)}, by arrival (${formatRound(map.columnNs, 'ns')} a column) and by how long it took: two bands are two kinds of operations, a gap is a stall.${beside}${marksText(marks)}`;
}

function dataOf(map: HeatMap): Table {
  const { counts, edges, unsuccessful, columnNs, unit } = map;
  return {
    title: `${map.key} over time`,
    columns: [
      right('from'),
      right('n'),
      right('fastest'),
      right('half'),
      right('slowest'),
      right('failed or pending'),
    ],
    rows: counts.map((column, i) => {
      const n = column.reduce((sum, count) => sum + count, 0);
      const bounds = [0, 0.5, 1].map((share) => edges[rowAt(column, share * n)]!);
      return [
        cell(formatRound(i * columnNs, 'ns')),
        cell(formatCount(n)),
        ...bounds.map((value) => cell(n === 0 ? '' : format(value, unit))),
        cell(formatCount(unsuccessful[i]!)),
      ];
    }),
    legend: 'fastest, half, slowest: the lower end of the row of the plot in which that operation lies.',
  };
}

/** The row in which the given number of operations is reached, counted from the lowest value. */
function rowAt(column: readonly number[], wanted: number): number {
  let sum = 0;
  for (let row = 0; row < column.length; row++) {
    sum += column[row]!;
    if (column[row]! > 0 && sum >= Math.max(1, wanted)) return row;
  }
  return 0;
}
