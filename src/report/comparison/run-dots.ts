import { type ComparedMetric, type SideSummary, subjectText } from '../../compare/index.ts';
import { format, formatRound } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { type Fragment, html, type Markup } from '../html/markup.ts';
import { type Frame, xAxis } from '../html/plot/axes.ts';
import { figure, HALF, type Size } from '../html/plot/figure.ts';
import { round } from '../html/plot/path.ts';
import { spanScale } from '../html/plot/scale.ts';
import { cell, left, right, type Table } from '../model/table.ts';

const SIDES = ['a', 'b'] as const;
const HEIGHT = 190;
const LANE = 80;

/** The value of every run of both sides, so that nobody has to take an average on trust; undefined without values above 0. */
export function runDotsFigure(metric: ComparedMetric, i: number): Markup | undefined {
  const lanes = SIDES.flatMap((side) => {
    const summary = metric[side];
    return summary?.values.some(({ value }) => value > 0) ? [{ side, summary }] : [];
  });
  if (lanes.length === 0) return undefined;
  return figure({
    id: `runs-${i}`,
    title: `${subjectText(metric)}: each run`,
    description: lanes.map(({ side, summary }) => describe(side, summary, metric)).join(' '),
    sizes: HALF.map(({ width }) => ({ width, height: HEIGHT })) as [Size, Size],
    draw: (size) => draw(size, lanes, metric),
    data: dataOf(lanes, metric),
  });
}

interface Lane {
  readonly side: 'a' | 'b';
  readonly summary: SideSummary;
}

function draw({ width, height }: Size, lanes: readonly Lane[], { unit }: ComparedMetric): Fragment {
  const frame: Frame = { left: 28, right: width - 16, top: 4, bottom: height - 26 };
  const shown = lanes
    .flatMap(({ summary }) => summary.values.map(({ value }) => value))
    .filter((each) => each > 0);
  const x = spanScale(Math.min(...shown), Math.max(...shown), [frame.left, frame.right], 4);
  return html`${xAxis(x, frame, (value) => formatRound(value, unit))}${lanes.map(
    ({ side, summary }, lane) => {
      const middle = frame.top + lane * LANE + LANE / 2;
      const { value, interval } = summary;
      const median = round(x(value.value));
      const known = summary.values.filter((each) => each.value > 0);
      return html`<text class="label title" x="4" y="${middle + 4}">${side}</text>${
        interval && interval.low.value > 0
          ? html`<line class="spread ${side === 'b' ? 'b' : ''}" x1="${round(x(interval.low.value))}" x2="${interval.high.atLeast ? frame.right : round(x(interval.high.value))}" y1="${middle + 26}" y2="${middle + 26}"/>`
          : ''
      }${value.value > 0 ? html`<line class="median" x1="${median}" x2="${median}" y1="${middle - 22}" y2="${middle + 30}"/>` : ''}${known.map(
        // Runs of like values lie beside each other, not on top.
        (each, i) =>
          html`<circle class="dot run ${side} ${each.atLeast ? 'tail bound' : ''}" cx="${round(x(each.value))}" cy="${middle - 12 + (i % 4) * 8}" r="3.5"><title>${each.run}: ${formatBound(each, unit)}</title></circle>`,
      )}`;
    },
  )}`;
}

function describe(side: string, { value, interval, runs }: SideSummary, { unit }: ComparedMetric): string {
  const range = interval
    ? `, 95 % interval ${formatBound(interval.low, unit)} to ${formatBound(interval.high, unit)}`
    : '';
  return `${side}: median ${formatBound(value, unit)} of ${runs} runs${range}.`;
}

function dataOf(lanes: readonly Lane[], { unit }: ComparedMetric): Table {
  return {
    title: 'Runs',
    columns: [left('side'), left('run'), right('value')],
    rows: lanes.flatMap(({ side, summary }) =>
      summary.values.map(({ run, value, atLeast }) => [
        cell(side),
        cell(run),
        cell(`${atLeast ? '≥ ' : ''}${format(value, unit)}`),
      ]),
    ),
  };
}
