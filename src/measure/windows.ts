import { orderSamples, quantile, type SampleColumns } from '../stats/index.ts';
import type { WindowSeries } from './folder/document.ts';
import type { Series } from './recorder.ts';
import { boundedColumns, WINDOW_NS } from './summary.ts';

/**
 * One-second windows by arrival from `startNs` to `endNs` (monotonic), the empty ones kept: a second without
 * arrivals or with nothing but failures is what a plot must show. Quantiles of an empty window are null.
 */
export function windowsOf(
  series: Series,
  options: { readonly startNs: number; readonly endNs: number; readonly deadlineAt: (at: number) => number },
): WindowSeries {
  const count = Math.max(1, Math.ceil((options.endNs - options.startNs) / WINDOW_NS));
  const columns = boundedColumns(series, options.deadlineAt);
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < series.columns.length; i++) {
    const window = Math.floor((series.columns.at(i) - options.startNs) / WINDOW_NS);
    members[Math.min(count - 1, Math.max(0, window))]!.push(i);
  }
  const ordered = members.map((indexes) => orderSamples(pick(columns, indexes)));
  const at = (q: number) => ordered.map((window) => quantile(window, q)?.value ?? null);
  return {
    metric: series.metric,
    labels: series.labels,
    startNs: options.startNs,
    widthNs: WINDOW_NS,
    count: ordered.map((window) => window.values.length),
    unsuccessful: ordered.map((window) => window.values.length - window.exact),
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
  };
}

function pick({ values, atLeast, clusters }: SampleColumns, indexes: readonly number[]): SampleColumns {
  return {
    values: Float64Array.from(indexes, (i) => values[i]!),
    atLeast: Uint8Array.from(indexes, (i) => atLeast[i]!),
    clusters: Uint32Array.from(indexes, (i) => clusters[i]!),
  };
}
