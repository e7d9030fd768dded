import type { IntervalValue, RunDocument, Summary } from '../../../measure/index.ts';
import { formatCount, formatRound } from '../../../stats/index.ts';
import { formatBound } from '../../format-bound.ts';
import { Distribution } from '../../model/distribution.ts';
import { cell, right, type Table } from '../../model/table.ts';
import { html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { curvePaths } from '../plot/curve.ts';
import { type FigureOptions, HALF, type Size } from '../plot/figure.ts';
import { round } from '../plot/path.ts';
import { logScale, quantileLabel, type Scale, tailScale } from '../plot/scale.ts';

/** A percentile curve with the limits of its gates and the intervals of its quantiles; undefined without samples. */
export function percentilePlot(run: RunDocument, summary: Summary, i: number): FigureOptions | undefined {
  const distribution = Distribution.of(summary);
  if (distribution.curve.length === 0) return undefined;
  const limits = limitsOf(run, summary).filter(({ value }) => value > 0);
  const quantiles = distribution.quantiles();
  const scale = tailScale(distribution.count, [0, 1]);
  return {
    id: `percentiles-${i}`,
    title: `${summary.key} by percentile`,
    description: describe(summary),
    sizes: HALF,
    draw: (size) => draw(size, summary, distribution, limits),
    data: dataOf(summary, distribution),
    cursor: { at: quantiles.map(({ quantile }) => scale(quantile)), frame: frameOf },
  };
}

/** Quantiles that a summary has. */
const NAMED: ReadonlyMap<number, 'min' | 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'max'> = new Map([
  [0, 'min'],
  [0.5, 'p50'],
  [0.9, 'p90'],
  [0.95, 'p95'],
  [0.99, 'p99'],
  [0.999, 'p99.9'],
  [1, 'max'],
]);

interface Limit {
  readonly quantile: number;
  readonly value: number;
  readonly text: string;
}

function frameOf({ width, height }: Size): Frame {
  return { left: 64, right: width - 12, top: 12, bottom: height - 26 };
}

function draw(size: Size, summary: Summary, distribution: Distribution, limits: readonly Limit[]): Markup {
  const frame = frameOf(size);
  const x = tailScale(summary.count, [frame.left, frame.right]);
  const shown = [...distribution.curve, ...limits].map(({ value }) => value);
  const y = logScale(Math.min(...shown), Math.max(...shown), [frame.bottom, frame.top]);
  const failedFrom = round(x(distribution.exactShare));
  return html`
${distribution.exactShare < 1 ? html`<rect class="failed-band" x="${failedFrom}" y="${frame.top}" width="${round(frame.right - failedFrom)}" height="${frame.bottom - frame.top}"/>` : ''}
${yAxis(y, frame, (value) => formatRound(value, summary.unit))}${xAxis(x, frame, quantileLabel)}
${limits.map(
  (limit) =>
    html`<line class="limit" x1="${frame.left}" x2="${round(x(limit.quantile))}" y1="${round(y(limit.value))}" y2="${round(y(limit.value))}"/><circle class="limit" cx="${round(x(limit.quantile))}" cy="${round(y(limit.value))}" r="3.5"/><text class="limit" x="${frame.left + 6}" y="${round(y(limit.value)) - 5}">${limit.text}</text>`,
)}
${[0.5, 0.99].map((quantile) => intervalMark(summary.intervals[quantile === 0.5 ? 'p50' : 'p99'], round(x(quantile)), y))}
${curvePaths(distribution, ({ quantile, value }) => [x(quantile), y(value)])}`;
}

/** The 95 % interval of a quantile as a thick line; none where its upper end is not known. */
function intervalMark(interval: IntervalValue | undefined, x: number, y: Scale): Markup | undefined {
  if (!interval || interval.high.atLeast || interval.low.value <= 0) return undefined;
  return html`<line class="interval" x1="${x}" x2="${x}" y1="${round(y(interval.low.value))}" y2="${round(y(interval.high.value))}"/>`;
}

function limitsOf({ gates }: RunDocument, { metric }: Summary): Limit[] {
  return gates.flatMap((gate) => {
    if (gate.kind !== 'metric' || gate.metric !== metric || gate.max === undefined) return [];
    const quantile = gate.quantile === 'max' ? 1 : Number(gate.quantile.slice(1)) / 100;
    return Number.isFinite(quantile)
      ? [{ quantile, value: gate.max.value, text: `gate: ${gate.quantile} ≤ ${gate.max.text}` }]
      : [];
  });
}

function describe({ p50, p99, max, unit, count, ok }: Summary): string {
  const failed =
    ok < count ? ` ${formatCount(count - ok)} of them failed or pending (shaded: at least).` : '';
  return `Median ${formatBound(p50, unit)}, p99 ${formatBound(p99, unit)}, maximum ${formatBound(max, unit)} over ${formatCount(count)} samples.${failed}`;
}

function dataOf(summary: Summary, distribution: Distribution): Table {
  const { unit, intervals } = summary;
  return {
    title: `Quantiles of ${summary.key}`,
    columns: [right('quantile'), right('value'), right('95 % interval')],
    rows: distribution.quantiles().map(({ quantile, value }) => {
      // The summary has these from the raw samples, the histogram within 0.1 %.
      const name = NAMED.get(quantile);
      const interval = name === 'p50' || name === 'p99' ? intervals[name] : undefined;
      const range = interval
        ? `${formatBound(interval.low, unit)} to ${formatBound(interval.high, unit)}`
        : '';
      return [
        cell(name ?? quantileLabel(quantile)),
        cell(formatBound(name ? summary[name] : value, unit)),
        cell(range),
      ];
    }),
  };
}
