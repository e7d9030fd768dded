import type { MatrixCell, Summary } from '../../measure/index.ts';
import { formatCount, formatRound } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { html, type Markup } from '../html/markup.ts';
import { type Frame, xAxis } from '../html/plot/axes.ts';
import { figure, type Size } from '../html/plot/figure.ts';
import { round } from '../html/plot/path.ts';
import { logScale } from '../html/plot/scale.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { combinationName, shownMetrics } from './matrix-table.ts';

const ROW = 26;
/** Combinations that a description names each. */
const MOST_TOLD = 5;

interface Spread {
  readonly name: string;
  readonly summary: Summary;
}

/** One figure per metric: from p50 to p99, a row for each combination, on one axis. */
export function matrixFigures(cells: readonly MatrixCell[]): Markup[] {
  return shownMetrics(cells.map(({ run }) => run)).flatMap((key, i) => {
    const spreads = cells.flatMap(({ cell: combination, run }): Spread[] => {
      const summary = run.summaries.find((each) => each.key === key);
      // Nothing can be drawn on a logarithmic axis at or below zero.
      return summary && summary.p50.value > 0 ? [{ name: combinationName(combination), summary }] : [];
    });
    return spreads.length < 2 ? [] : [spreadFigure(key, spreads, i)];
  });
}

function spreadFigure(key: string, spreads: readonly Spread[], i: number): Markup {
  const height = 30 + ROW * spreads.length;
  return figure({
    id: `spread-${i}`,
    title: key,
    description: describe(spreads),
    sizes: [
      { width: 540, height },
      { width: 356, height },
    ],
    draw: (size) => draw(size, spreads),
    data: dataOf(key, spreads),
  });
}

/** All of them where they are few, else the ends: the table has every one. */
function describe(spreads: readonly Spread[]): string {
  const begin = 'From p50 to p99 by combination.';
  if (spreads.length <= MOST_TOLD) return `${begin} ${spreads.map(told).join(', ')}.`;
  const [lowest] = [...spreads].sort((a, b) => a.summary.p50.value - b.summary.p50.value);
  const [highest] = [...spreads].sort((a, b) => b.summary.p99.value - a.summary.p99.value);
  return `${begin} Lowest p50: ${told(lowest!)}. Highest p99: ${told(highest!)}.`;
}

function told({ name, summary: { p50, p99, unit } }: Spread): string {
  return `${name} ${formatBound(p50, unit)} to ${formatBound(p99, unit)}`;
}

function draw({ width, height }: Size, spreads: readonly Spread[]): Markup {
  const widest = Math.max(...spreads.map(({ name }) => name.length));
  const frame: Frame = {
    left: Math.min(width / 2, 16 + widest * 7),
    right: width - 16,
    top: 4,
    bottom: height - 26,
  };
  const values = spreads.flatMap(({ summary }) => [summary.p50.value, summary.p99.value]);
  const x = logScale(Math.min(...values), Math.max(...values), [frame.left, frame.right]);
  const unit = spreads[0]!.summary.unit;
  return html`${xAxis(x, frame, (value) => formatRound(value, unit))}${spreads.map(({ name, summary }, i) => {
    const y = frame.top + (i + 0.5) * ROW;
    const [from, to] = [round(x(summary.p50.value)), round(x(summary.p99.value))];
    const bound = summary.p99.atLeast ? ' bound' : '';
    return html`<text class="label" x="${frame.left - 10}" y="${round(y + 4)}" text-anchor="end">${name}</text><line class="spread${bound}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle class="dot tail${bound}" cx="${to}" cy="${y}" r="4.5"/><circle class="dot" cx="${from}" cy="${y}" r="4"/>`;
  })}`;
}

function dataOf(key: string, spreads: readonly Spread[]): Table {
  return {
    title: `${key} by combination`,
    columns: [left('combination'), right('n'), right('p50'), right('p99'), right('max')],
    rows: spreads.map(({ name, summary: { count, p50, p99, max, unit } }) => [
      cell(name),
      cell(formatCount(count)),
      cell(formatBound(p50, unit)),
      cell(formatBound(p99, unit)),
      cell(formatBound(max, unit)),
    ]),
  };
}
