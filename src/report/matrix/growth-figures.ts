import type { MatrixCell } from '../../measure/index.ts';
import { format, formatCount, formatRound, type GrowthFit, studentQuantile } from '../../stats/index.ts';
import { type Fragment, html, type Markup } from '../html/markup.ts';
import { type Frame, xAxis, yAxis } from '../html/plot/axes.ts';
import { figure, HALF, legendOf, type Size } from '../html/plot/figure.ts';
import { linePath, type Point, round } from '../html/plot/path.ts';
import { logScale, type Scale } from '../html/plot/scale.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { exponentText, type MatrixGrowth, matrixGrowth } from './growth.ts';

/** Colours that lines of one plot are told apart by. */
const COLOURS = 6;
/** Points of a fitted line: on logarithmic axes all but a power law are bent. */
const STEPS = 40;

/** One figure for each cost: measured values, the fitted curve and where another run is expected, a line for each combination. */
export function growthFigures(cells: readonly MatrixCell[]): Markup[] {
  const byCost = Map.groupBy(matrixGrowth(cells), ({ axis, cost }) => `${cost} against ${axis}`);
  return [...byCost].map(([title, members], i) => growthFigure(title, members, i));
}

function growthFigure(title: string, members: readonly MatrixGrowth[], i: number): Markup {
  const sizes = [...new Set(members.flatMap(({ points }) => points.map(({ size }) => size)))].sort(
    (a, b) => a - b,
  );
  const at = sizeScale(sizes, [0, 1]);
  return figure({
    id: `growth-${i}`,
    title,
    description: describe(members),
    sizes: HALF,
    ...(members.length > 1 && {
      legend: legendOf(
        members.map(({ combination }, n) => [`line growth-${n % COLOURS}`, combination, `growth-${n}`]),
      ),
    }),
    draw: (size) => draw(size, members, sizes),
    data: dataOf(title, members, sizes),
    cursor: { at: sizes.map(at), frame: frameOf },
  });
}

function frameOf({ width, height }: Size): Frame {
  return { left: 64, right: width - 16, top: 12, bottom: height - 26 };
}

function sizeScale(sizes: readonly number[], range: readonly [number, number]): Scale {
  return logScale(sizes[0]!, sizes.at(-1)!, range);
}

function draw(size: Size, members: readonly MatrixGrowth[], sizes: readonly number[]): Fragment {
  const frame = frameOf(size);
  const x = sizeScale(sizes, [frame.left, frame.right]);
  const values = members.flatMap(({ points }) => points.map(({ value }) => value));
  const y = logScale(Math.min(...values), Math.max(...values), [frame.bottom, frame.top]);
  const { unit } = members[0]!;
  return [
    yAxis(y, frame, (value) => formatRound(value, unit)),
    xAxis(x, frame, formatCount),
    members.map((growth, n) => drawGrowth(growth, `growth-${n % COLOURS}`, `growth-${n}`, x, y)),
  ];
}

function drawGrowth(growth: MatrixGrowth, mark: string, series: string, x: Scale, y: Scale): Markup {
  const { points, fit } = growth;
  const [from, to] = [points[0]!.size, points.at(-1)!.size];
  const sizes = Array.from({ length: STEPS + 1 }, (_, i) => from * (to / from) ** (i / STEPS));
  // What a fit says between its points may leave the range of what was measured.
  const inside = (value: number) => Math.min(y.domain[1], Math.max(y.domain[0], value));
  const line = (cost: (size: number) => number) =>
    sizes.map((size): Point => [x(size), y(inside(orRate(growth, cost(size))))]);
  const spread = spreadOf(growth) ?? 1;
  const low = line((size) => costAt(fit, size) / spread);
  const high = line((size) => costAt(fit, size) * spread);
  return html`<g data-series="${series}"><path class="fit-band ${mark}" d="${linePath([...low, ...high.toReversed()])}z"/><path class="line thin ${mark}" d="${linePath(line((size) => costAt(fit, size)))}"/>${points.map(
    ({ size, value }) =>
      html`<circle class="dot ${mark}" cx="${round(x(size))}" cy="${round(y(value))}" r="3.5"><title>${formatCount(size)}: ${format(value, growth.unit)}</title></circle>`,
  )}</g>`;
}

/** A rate is fitted as the time that one takes. */
function isRate({ unit }: MatrixGrowth): boolean {
  return unit === '1/s' || unit === 'bytes/s';
}

function orRate(growth: MatrixGrowth, cost: number): number {
  return isRate(growth) ? 1 / cost : cost;
}

/** The cost that the chosen model has at a size. */
function costAt({ model, a, b }: GrowthFit, size: number): number {
  switch (model) {
    case 'constant':
      return a;
    case 'log':
      return a + b * Math.log(size);
    case 'linear':
      return a + b * size;
    case 'power':
      return a * size ** b;
  }
}

/** The factor to both sides of the curve within which another run is expected, 95 %; undefined with too few points. */
function spreadOf(growth: MatrixGrowth): number | undefined {
  const { points, fit } = growth;
  const free = points.length - (fit.model === 'constant' ? 1 : 2);
  if (free < 1) return undefined;
  const squares = points.reduce(
    (sum, { size, value }) => sum + Math.log(orRate(growth, value) / costAt(fit, size)) ** 2,
    0,
  );
  const deviation = Math.sqrt((squares / free) * (1 + 1 / points.length));
  return Math.exp(studentQuantile(0.975, free) * deviation);
}

function describe(members: readonly MatrixGrowth[]): string {
  const words = {
    constant: 'no trend',
    log: 'as a logarithm',
    linear: 'as a line',
    power: 'as a power law',
  } as const;
  const told = members.map(({ combination, fit }) => {
    const grows = fit.isConstant ? 'O(1)' : words[fit.model];
    return `${combination === '' ? 'It grows' : combination}: ${grows}, exponent ${exponentText(fit)}.`;
  });
  return `A dot is a run; the line is the fit, shaded is where another run is expected (95 %). ${told.join(' ')}`;
}

function dataOf(title: string, members: readonly MatrixGrowth[], sizes: readonly number[]): Table {
  return {
    title,
    columns: [left(members[0]!.axis), ...members.map(({ combination, cost }) => right(combination || cost))],
    rows: sizes.map((size) => [
      cell(formatCount(size)),
      ...members.map(({ points, unit }) => {
        const point = points.find((each) => each.size === size);
        return point ? cell(format(point.value, unit)) : cell('-', 'dim');
      }),
    ]),
  };
}
