import { format, formatRound, type Unit } from '../../../stats/index.ts';
import type { Distribution } from '../../model/distribution.ts';
import { cell, right, type Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { curvePaths } from '../plot/curve.ts';
import { figure, HALF, legendOf, type Size } from '../plot/figure.ts';
import { round } from '../plot/path.ts';
import { linearScale, logScale } from '../plot/scale.ts';

/** A distribution with its name; `mark` is the class of its line. */
export interface EcdfSeries {
  readonly name: string;
  readonly mark: string;
  readonly distribution: Distribution;
}

/** The share of operations that succeeded within a time, one line for each series, on one axis; undefined without samples. */
export function ecdfFigure(
  id: string,
  title: string,
  unit: Unit,
  series: readonly EcdfSeries[],
): Markup | undefined {
  const known = series.filter(({ distribution }) => distribution.exact.length > 0);
  if (known.length === 0) return undefined;
  const rows = valuesOf(known);
  const axis = scaleOf(known, [0, 1]);
  return figure({
    id,
    title,
    description: describe(known, unit),
    sizes: HALF,
    ...(known.length > 1 && {
      legend: legendOf(known.map(({ name, mark }) => [`curve ${mark}`, name, mark])),
    }),
    draw: (size) => draw(size, known, unit),
    data: dataOf(title, known, rows, unit),
    cursor: { at: rows.map(axis), frame: frameOf },
  });
}

function scaleOf(series: readonly EcdfSeries[], range: readonly [number, number]) {
  const ends = series.flatMap(({ distribution }) => {
    const { exact } = distribution;
    return [exact[0]!.value, exact.at(-1)!.value];
  });
  return logScale(Math.min(...ends), Math.max(...ends), range);
}

function frameOf({ width, height }: Size): Frame {
  return { left: 48, right: width - 12, top: 12, bottom: height - 26 };
}

function draw(size: Size, series: readonly EcdfSeries[], unit: Unit): Fragment {
  const frame = frameOf(size);
  const x = scaleOf(series, [frame.left, frame.right]);
  const y = linearScale(1, [frame.bottom, frame.top]);
  return [
    yAxis(y, frame, (share) => formatRound(share, 'ratio')),
    xAxis(x, frame, (value) => formatRound(value, unit)),
    series.map(({ distribution, mark }) => {
      // How long a failed one would have taken is not known: the line ends where the successful ones do.
      const { exact, exactShare } = distribution;
      const end = round(y(exactShare));
      return html`${curvePaths({ curve: exact, exactShare }, ({ quantile, value }) => [x(value), y(quantile)], mark)}${
        exactShare < 1
          ? html`<line class="mark fault" data-series="${mark}" x1="${round(x(exact.at(-1)!.value))}" x2="${frame.right}" y1="${end}" y2="${end}"/>`
          : ''
      }`;
    }),
  ];
}

/** Values for the table: 1-2-5 from the fastest to the slowest. */
function valuesOf(series: readonly EcdfSeries[]): number[] {
  const [low, high] = scaleOf(series, [0, 1]).domain;
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of [1, 1.5, 2, 3, 5, 7]) {
      const value = step * 10 ** power;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value);
    }
  }
  return values;
}

function describe(series: readonly EcdfSeries[], unit: Unit): string {
  return series
    .map(({ name, distribution }) => {
      const p50 = distribution.at(0.5);
      const half = p50.atLeast ? 'less than half ever succeeded' : `half within ${format(p50.value, unit)}`;
      const failed =
        distribution.exactShare < 1
          ? `, ${format(1 - distribution.exactShare, 'ratio')} failed or pending, so the line ends below 100 %`
          : '';
      return `${name}: ${half}${failed}.`;
    })
    .join(' ');
}

function dataOf(title: string, series: readonly EcdfSeries[], values: readonly number[], unit: Unit): Table {
  return {
    title,
    columns: [right('within'), ...series.map(({ name }) => right(series.length > 1 ? name : 'share of all'))],
    rows: values.map((value) => [
      cell(format(value, unit)),
      ...series.map(({ distribution }) => cell(format(distribution.shareWithin(value), 'ratio'))),
    ]),
  };
}
