import type { MatrixCell, RunDocument, Summary } from '../../measure/index.ts';
import { fitGrowth, format, formatCount, type GrowthFit, type Unit } from '../../stats/index.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';

/** What may grow with a size, and which of its values is fitted. A rate counts as the time that one takes. */
const COSTS = [
  { metric: 'service.connect', quantile: 'p50' },
  { metric: 'service.first_connect', quantile: 'p50' },
  { metric: 'service.request', quantile: 'p50' },
  { metric: 'service.crr_rate', quantile: 'p50' },
  { metric: 'service.programmed', quantile: 'p50' },
  { metric: 'proxy.sync', quantile: 'p50' },
  { metric: 'agent.cpu', quantile: 'mean' },
  { metric: 'agent.rss', quantile: 'max' },
  { metric: 'ipam.node_cidr', quantile: 'p50' },
] as const satisfies readonly { metric: string; quantile: keyof Summary & ('p50' | 'mean' | 'max') }[];
/** What {@link fitGrowth} needs. */
const MIN_POINTS = 4;

/** How one cost of one combination grows with the size that the matrix varies. */
export interface MatrixGrowth {
  /** The values of the other axes. */
  readonly combination: string;
  readonly axis: string;
  /** Metric with labels and quantile, as reports say it. */
  readonly cost: string;
  readonly key: string;
  readonly unit: Unit;
  /** A cost for each size at which it was measured, smallest size first. */
  readonly points: readonly { readonly size: number; readonly value: number }[];
  readonly fit: GrowthFit;
}

/** Fits every cost against each axis of numbers that has enough of them; a cost that is zero somewhere has no exponent. */
export function matrixGrowth(cells: readonly MatrixCell[]): MatrixGrowth[] {
  const axes = Object.keys(cells[0]?.cell ?? {}).filter((axis) =>
    cells.every((each) => typeof each.cell[axis] === 'number'),
  );
  return axes.flatMap((axis) => {
    const groups = Map.groupBy(cells, (each) => nameWithout(each.cell, axis));
    return [...groups].flatMap(([combination, group]) => growthOf(axis, combination, group));
  });
}

function growthOf(axis: string, combination: string, group: readonly MatrixCell[]): MatrixGrowth[] {
  const sorted = group.toSorted((a, b) => Number(a.cell[axis]) - Number(b.cell[axis]));
  if (new Set(sorted.map(({ cell: { [axis]: size } }) => size)).size < MIN_POINTS) return [];
  return COSTS.flatMap(({ metric, quantile }) =>
    keysOf(metric, sorted).flatMap((key): MatrixGrowth[] => {
      const points = sorted.flatMap(({ cell: { [axis]: size }, run }) => {
        const summary = run.summaries.find((each) => each.key === key);
        return summary ? [{ size: Number(size), value: summary[quantile].value }] : [];
      });
      const unit = group[0]!.run.summaries.find((each) => each.key === key)?.unit ?? 'ns';
      const costs = points.map(
        ({ size, value }) => [size, unit === '1/s' || unit === 'bytes/s' ? 1 / value : value] as const,
      );
      if (costs.length < MIN_POINTS || costs.some(([, cost]) => !(cost > 0 && Number.isFinite(cost))))
        return [];
      return [{ combination, axis, cost: `${key} ${quantile}`, key, unit, points, fit: fitGrowth(costs) }];
    }),
  );
}

function keysOf(metric: string, cells: readonly { readonly run: RunDocument }[]): string[] {
  const keys = cells.flatMap(({ run }) =>
    run.summaries.filter((summary) => summary.metric === metric).map(({ key }) => key),
  );
  return [...new Set(keys)];
}

function nameWithout(combination: MatrixCell['cell'], axis: string): string {
  return Object.entries(combination)
    .filter(([name]) => name !== axis)
    .map(([, value]) => value)
    .join(' ');
}

/** The curves: a row for each cost of each combination, a column for each size; undefined where nothing was fitted. */
export function growthTable(cells: readonly MatrixCell[]): Table | undefined {
  const growth = matrixGrowth(cells);
  if (growth.length === 0) return undefined;
  const sizes = [...new Set(growth.flatMap(({ points }) => points.map(({ size }) => size)))].sort(
    (a, b) => a - b,
  );
  const axes = [...new Set(growth.map(({ axis }) => axis))].join(', ');
  return {
    title: `Growth with ${axes}`,
    columns: [
      left('cost'),
      left('of'),
      ...sizes.map((size) => right(formatCount(size))),
      left('grows'),
      right('exponent'),
    ],
    rows: growth.map(({ combination, cost, unit, points, fit }) => [
      cell(cost),
      cell(combination),
      ...sizes.map((size) => {
        const point = points.find((each) => each.size === size);
        return point ? cell(format(point.value, unit)) : cell('-', 'dim');
      }),
      growthCell(fit),
      cell(exponentText(fit)),
    ]),
    legend:
      'Cost is fitted against the size as constant, logarithm, line and power; a rate counts as the time one takes. Exponent: of a power law, with its 95 % interval, one point a run. O(1): the whole interval lies within ±0.02.',
  };
}

function growthCell({ model, isConstant, warnings }: GrowthFit): Cell {
  if (isConstant) return cell('O(1)', 'good');
  const words = { constant: 'no trend', log: 'log', linear: 'linear', power: 'power' } as const;
  return cell(words[model], model === 'constant' ? undefined : 'doubt', warnings);
}

/** `0.98 (0.91 to 1.05)`. */
export function exponentText({ exponent: { value, low, high } }: GrowthFit): string {
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
