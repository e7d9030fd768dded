import { type ComparedMetric, subjectText } from '../../compare/index.ts';
import { formatRound } from '../../stats/index.ts';
import { type Fragment, html, type Markup } from '../html/markup.ts';
import { type Frame, xAxis } from '../html/plot/axes.ts';
import { figure, fullWidth, legendOf, type Size } from '../html/plot/figure.ts';
import { round } from '../html/plot/path.ts';
import { linearScale, type Scale } from '../html/plot/scale.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { signedShare } from '../signed-share.ts';
import { differenceText, verdictCell, verdictText } from './verdict-text.ts';

const ROW = 30;
const NARROW_ROW = 42;
const AXIS = 30;
/** The axis reaches at least and at most this far from no difference; what goes beyond ends in an arrow. */
const REACH = { least: 0.05, most: 1 };

/** A row with a difference as a share of a. */
interface Row {
  readonly metric: ComparedMetric;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Every difference with its interval on one axis; undefined where no metric has one. */
export function forestFigure(metrics: readonly ComparedMetric[]): Markup | undefined {
  const rows = metrics.flatMap((metric): Row[] => {
    const relative = metric.difference?.relative;
    return relative ? [{ metric, ...relative }] : [];
  });
  if (rows.length === 0) return undefined;
  const [wide, narrow] = fullWidth(AXIS + ROW * rows.length);
  return figure({
    id: 'forest',
    title: 'Differences of b against a',
    description: describe(rows),
    sizes: [wide, { ...narrow, height: AXIS + NARROW_ROW * rows.length }],
    legend: legendOf([
      ['dot bad', 'worse'],
      ['dot good', 'better'],
      ['dot dim', 'same'],
      ['dot doubt', 'not decided'],
      ['same-band', 'smaller than counts'],
    ]),
    draw: (size) => draw(size, rows),
    data: dataOf(rows),
  });
}

function draw({ width, height }: Size, rows: readonly Row[]): Fragment {
  const isNarrow = width < 500;
  const widest = Math.max(...rows.map(({ metric }) => subjectText(metric).length));
  const frame: Frame = {
    left: isNarrow ? 12 : Math.min(width / 2, 24 + widest * 7),
    right: width - 20,
    top: 4,
    bottom: height - 26,
  };
  const reach = reachOf(rows);
  const x = linearScale(reach, [frame.left, frame.right], isNarrow ? 4 : 8, -reach);
  const step = isNarrow ? NARROW_ROW : ROW;
  const zero = round(x(0));
  return html`<g class="axis"><line class="zero" x1="${zero}" x2="${zero}" y1="${frame.top}" y2="${frame.bottom}"/></g>${xAxis(x, frame, axisText)}${rows.map(
    (row, i) => {
      const top = frame.top + i * step;
      const y = top + (isNarrow ? 28 : ROW / 2);
      const label = isNarrow
        ? html`<text class="label" x="${frame.left}" y="${top + 14}">${subjectText(row.metric)}</text>`
        : html`<text class="label" x="${frame.left - 12}" y="${y + 4}" text-anchor="end">${subjectText(row.metric)}</text>`;
      return [label, drawRow(row, x, y, reach)];
    },
  )}`;
}

function drawRow({ metric, value, low, high }: Row, x: Scale, y: number, reach: number): Markup {
  const tone = verdictCell(metric).tone;
  const inside = (share: number) => Math.min(reach, Math.max(-reach, share));
  const [from, to] = [round(x(inside(low ?? -reach))), round(x(inside(high ?? reach)))];
  const { relative } = metric.minimum;
  const [bandFrom, bandTo] = [round(x(inside(-relative))), round(x(inside(relative)))];
  const opensLeft = low === null || low < -reach;
  const opensRight = high === null || high > reach;
  const arrow = (at: number, direction: 1 | -1) =>
    html`<path class="dot ${tone}" d="M${at} ${y - 5}L${at + 8 * direction} ${y}L${at} ${y + 5}z"/>`;
  return html`<rect class="same-band" x="${bandFrom}" y="${y - 8}" width="${round(bandTo - bandFrom)}" height="16"/><line class="spread ${tone}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>${opensLeft ? arrow(from, -1) : ''}${opensRight ? arrow(to, 1) : ''}${Math.abs(value) <= reach ? html`<circle class="dot ${tone}" cx="${round(x(value))}" cy="${y}" r="4.5"><title>${subjectText(metric)}: ${signedShare(value)}, ${verdictText(metric)}</title></circle>` : ''}`;
}

/** Far enough for every interval that is not wild. */
function reachOf(rows: readonly Row[]): number {
  const ends = rows.flatMap(({ value, low, high }) => [value, low ?? 0, high ?? 0].map(Math.abs));
  const wanted = Math.min(REACH.most, Math.max(REACH.least, ...ends));
  return linearScale(wanted, [0, 1], 4).domain[1];
}

function axisText(share: number): string {
  return signedShare(Number(share.toFixed(6)), formatRound);
}

function describe(rows: readonly Row[]): string {
  const told = rows
    .filter(({ metric }) => metric.verdict.kind === 'worse' || metric.verdict.kind === 'better')
    .map(({ metric, value }) => `${subjectText(metric)} ${signedShare(value)}, ${metric.verdict.kind}`);
  const sentence = told.length > 0 ? `${told.join('; ')}.` : 'Nothing is decided to be better or worse.';
  return `Shift of b against a as a share of a, with its 95 % interval; an arrow goes on beyond the axis. Grey: a change that would be too small to count. ${sentence}`;
}

function dataOf(rows: readonly Row[]): Table {
  return {
    title: 'Differences',
    columns: [left('metric'), right('difference'), right('counts from'), left('verdict')],
    rows: rows.map(({ metric }) => [
      cell(subjectText(metric)),
      cell(differenceText(metric)),
      cell(formatRound(metric.minimum.relative, 'ratio')),
      verdictCell(metric),
    ]),
  };
}
