import type { RunDocument, Summary } from '../../../measure/index.ts';
import { type CurvePoint, formatCount, formatRound, Histogram } from '../../../stats/index.ts';
import { formatBound } from '../../format-bound.ts';
import { cell, right, type Table } from '../../model/table.ts';
import { html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { figure, HALF, type Size } from '../plot/figure.ts';
import { linePath, type Point, round, thin } from '../plot/path.ts';
import { logScale, tailScale } from '../plot/scale.ts';

const ROWS = ['min', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;

/** One percentile curve per primary metric, with the limits of its gates. */
export function percentileFigures(run: RunDocument): Markup[] {
  return run.primary.flatMap((key, i) => {
    const summary = run.summaries.find((candidate) => candidate.key === key);
    if (summary === undefined) return [];
    const points = curveOf(summary);
    if (points.length === 0) return [];
    const limits = limitsOf(run, summary).filter(({ value }) => value > 0);
    return [
      figure({
        id: `percentiles-${i}`,
        title: key,
        description: describe(summary),
        sizes: HALF,
        draw: (size) => drawCurve(size, summary, points, limits),
        data: dataOf(summary),
      }),
    ];
  });
}

interface Limit {
  readonly quantile: number;
  readonly value: number;
  readonly text: string;
}

function drawCurve(
  size: Size,
  summary: Summary,
  points: readonly CurvePoint[],
  limits: readonly Limit[],
): Markup {
  const frame: Frame = { left: 64, right: size.width - 12, top: 12, bottom: size.height - 26 };
  const x = tailScale(summary.count, [frame.left, frame.right]);
  const shown = [...points.map(({ value }) => value), ...limits.map(({ value }) => value)];
  const y = logScale(Math.min(...shown), Math.max(...shown), [frame.bottom, frame.top]);
  const exactShare = summary.ok / summary.count;
  const at = ({ quantile, value }: CurvePoint): Point => [x(quantile), y(value)];
  const exact = points.filter(({ quantile }) => quantile <= exactShare + 1e-12);
  // Beyond the exact samples the curve jumps: what is known is a bound from the very first of them on.
  const bounded = points.slice(exact.length);
  const jump = bounded.slice(0, 1).map(({ value }) => ({ quantile: exactShare, value }));
  const failedFrom = round(x(exactShare));
  return html`
${exactShare < 1 ? html`<rect class="failed-band" x="${failedFrom}" y="${frame.top}" width="${round(frame.right - failedFrom)}" height="${frame.bottom - frame.top}"/>` : ''}
${yAxis(y, frame, (value) => formatRound(value, summary.unit))}${xAxis(x, frame, quantileLabel)}
${limits.map(
  (limit) =>
    html`<line class="limit" x1="${frame.left}" x2="${round(x(limit.quantile))}" y1="${round(y(limit.value))}" y2="${round(y(limit.value))}"/><circle class="limit" cx="${round(x(limit.quantile))}" cy="${round(y(limit.value))}" r="3.5"/><text class="limit" x="${frame.left + 6}" y="${round(y(limit.value)) - 5}">${limit.text}</text>`,
)}
<path class="curve" d="${linePath(thin(exact.map(at)))}"/>
${bounded.length > 0 ? html`<path class="curve bound" d="${linePath(thin([...exact.slice(-1), ...jump, ...bounded].map(at)))}"/>` : ''}`;
}

/** Recorded values that can be drawn on a logarithmic axis: zero has no place there. */
function curveOf({ histogram }: Summary): CurvePoint[] {
  const curve = new Histogram(histogram.scale, histogram.encoded).curve().filter(({ value }) => value > 0);
  return curve.length > 0 ? [{ quantile: 0, value: curve[0]!.value }, ...curve] : [];
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

function dataOf(summary: Summary): Table {
  return {
    title: `Quantiles of ${summary.key}`,
    columns: [right('quantile'), right('value'), right('95 % interval')],
    rows: ROWS.map((name) => {
      const interval = name === 'p50' || name === 'p99' ? summary.intervals[name] : undefined;
      const range = interval
        ? `${formatBound(interval.low, summary.unit)} to ${formatBound(interval.high, summary.unit)}`
        : '';
      return [cell(name), cell(formatBound(summary[name], summary.unit)), cell(range)];
    }),
  };
}

function quantileLabel(q: number): string {
  return q === 0 ? '0' : `p${Number((q * 100).toFixed(4))}`;
}
