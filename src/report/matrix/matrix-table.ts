import type { ExhaustionResult, MatrixCell, RunDocument } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';
import { judge } from '../verdict/judge.ts';
import { toneOf } from '../verdict/outcome-tone.ts';

/** What allocators differ in, shown besides the metrics that are gated or plotted. */
const ALWAYS: readonly string[] = ['ipam.node_cidr', 'ipam.reuse', 'ipam.refill', 'service.allocated'];
/** What Services cost, each with all its labels. */
const EACH: readonly string[] = [
  ...['service.connect', 'service.first_connect', 'service.request', 'service.crr_rate', 'service.rr_rate'],
  ...['service.programmed', 'service.removed', 'proxy.sync', 'agent.cpu', 'agent.rss', 'map.pressure'],
];

interface Row {
  readonly title: string;
  /** Undefined where the run has nothing to say. */
  readonly of: (run: RunDocument) => Cell | undefined;
}

/** The runs of a matrix side by side: a column per combination, headline metrics and what ran out in the rows. */
export function matrixTable(cells: readonly MatrixCell[]): Table {
  const axes = Object.keys(cells[0]?.cell ?? {});
  const runs = cells.map(({ run }) => run);
  const rows = [...verdictRows(), ...metricRows(runs), ...exhaustionRows(runs)];
  return {
    title: 'All combinations',
    columns: [left(axes.join(' × ')), ...cells.map(({ cell }) => right(combinationName(cell)))],
    rows: rows.flatMap(({ title, of }) => {
      const found = runs.map(of);
      return found.some((each) => each !== undefined)
        ? [[cell(title), ...found.map((each) => each ?? cell('-', 'dim'))]]
        : [];
    }),
    legend: 'One run a column: what a second run would show is not known. -: the run has no such value.',
  };
}

/** The values of a combination: `range`, or `range host-local` with two axes. */
export function combinationName(combination: MatrixCell['cell']): string {
  return Object.values(combination).join(' ');
}

function verdictRows(): Row[] {
  return [
    {
      title: 'verdict',
      of: (run) => {
        const { outcome, reasons } = judge(run);
        return cell(outcome, toneOf(outcome), reasons);
      },
    },
    {
      title: 'invariants violated',
      of: ({ invariants }) => {
        const broken = invariants.filter(({ violations }) => violations > 0).length;
        return cell(formatCount(broken), broken > 0 ? 'bad' : undefined);
      },
    },
    { title: 'started', of: ({ load }) => cell(formatCount(load.started)) },
    {
      title: 'failed',
      of: ({ load }) => cell(formatCount(load.failed), load.failed > 0 ? 'bad' : undefined),
    },
  ];
}

/** Metrics that are gated or plotted in any run, then those that allocators differ in. */
export function shownMetrics(runs: readonly RunDocument[]): string[] {
  const withServices = runs.filter(({ summaries }) =>
    summaries.some(({ metric }) => metric === 'service.connect'),
  );
  const each = withServices.flatMap(({ summaries }) =>
    EACH.flatMap((name) => summaries.filter(({ metric }) => metric === name).map(({ key }) => key)),
  );
  return [...new Set([...runs.flatMap(({ primary }) => primary), ...ALWAYS, ...each])];
}

function metricRows(runs: readonly RunDocument[]): Row[] {
  return shownMetrics(runs).flatMap((key) =>
    (['p50', 'p99'] as const).map(
      (quantile): Row => ({
        title: `${key} ${quantile}`,
        of: ({ summaries }) => {
          const summary = summaries.find((each) => each.key === key);
          return (
            summary &&
            cell(formatBound(summary[quantile], summary.unit), summary[quantile].atLeast ? 'bad' : undefined)
          );
        },
      }),
    ),
  );
}

function exhaustionRows(runs: readonly RunDocument[]): Row[] {
  const classes = new Set(
    runs.flatMap(({ exhaustion }) => exhaustion?.refusals.map((each) => each.class) ?? []),
  );
  const pools = new Set(runs.flatMap(({ exhaustion }) => exhaustion?.pools.map(({ pool }) => pool) ?? []));
  const row = (
    title: string,
    of: (result: ExhaustionResult, run: RunDocument) => string | undefined,
  ): Row => ({
    title,
    of: (run) => {
      const text = run.exhaustion && of(run.exhaustion, run);
      return text === undefined ? undefined : cell(text);
    },
  });
  const ns = (value: number | null | undefined) =>
    typeof value === 'number' ? format(value, 'ns') : undefined;
  const ended = ({ starved }: ExhaustionResult) => starved.served + starved.never > 0;
  return [
    row('first refusal', ({ firstRefusal }, { clock }) =>
      ns(firstRefusal && firstRefusal.atNs - clock.startNs),
    ),
    row('served by then', ({ firstRefusal }) => (firstRefusal ? formatCount(firstRefusal.alive) : undefined)),
    ...[...classes].map((name) =>
      row(`refused as ${name}`, ({ refusals }) => {
        const found = refusals.find((each) => each.class === name);
        return found && formatCount(found.subjects);
      }),
    ),
    row('attempts p99', ({ retries }) => (retries ? formatCount(retries.p99) : undefined)),
    row('served late', (result) => (ended(result) ? formatCount(result.starved.served) : undefined)),
    row('never served', (result) => (ended(result) ? formatCount(result.starved.never) : undefined)),
    row('longest wait', (result) =>
      ended(result)
        ? formatBound({ value: result.starved.longestNs, atLeast: result.starved.never > 0 }, 'ns')
        : undefined,
    ),
    row('release to first reuse', ({ releases }) =>
      ns(least(releases.map(({ firstReuseNs }) => firstReuseNs))),
    ),
    row('release to reuse p99', ({ releases }) => ns(most(releases.map(({ p99ReuseNs }) => p99ReuseNs)))),
    ...[...pools].flatMap((name) => poolRows(name, pools.size > 1 ? ` of ${name}` : '', row)),
  ];
}

function poolRows(
  name: string,
  suffix: string,
  row: (title: string, of: (result: ExhaustionResult) => string | undefined) => Row,
): Row[] {
  const pool = ({ pools }: ExhaustionResult) => pools.find((each) => each.pool === name);
  return [
    row(`fairness${suffix}`, (result) => {
      const fairness = pool(result)?.fairness;
      return typeof fairness === 'number' ? format(fairness, 'ratio') : undefined;
    }),
    row(`peak used, of reserved${suffix}`, (result) => {
      const found = pool(result);
      return found && `${formatCount(found.peakUsed)} of ${formatCount(found.peakReserved)}`;
    }),
  ];
}

function least(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function most(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : undefined;
}
