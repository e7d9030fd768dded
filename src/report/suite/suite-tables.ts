import type { ComparedMetric } from '../../compare/index.ts';
import type { RunDocument } from '../../measure/index.ts';
import { format, formatCount, median } from '../../stats/index.ts';
import { verdictText } from '../comparison/verdict-text.ts';
import { formatBound } from '../format-bound.ts';
import { type Cell, cell, left, right, type Table } from '../model/table.ts';
import type { SuiteRow, SuiteScenario } from './suite-runs.ts';

/** Metrics of a table: those that are gated, which a scenario has few of. */
const MOST_METRICS = 5;
const LEFTOVER = 'leftover-';
const TONES = { better: 'good', worse: 'bad', same: 'dim', inconclusive: 'doubt', missing: 'bad' } as const;
const LEGEND =
  'Median over runs (95 % interval, runs drawn first, then samples), and the verdict against the baseline after Holm. ~: not enough runs to say.';

/** A metric of a table. */
type Subject = Pick<ComparedMetric, 'key' | 'statistic' | 'unit'>;

/** What a row shows of a metric: the baseline its own side, others theirs. */
const sideOf = ({ isBaseline }: SuiteRow, metric: ComparedMetric) => (isBaseline ? metric.a : metric.b);

/** The metrics that decide, over all combinations of a scenario; without a run that counts those that would. */
export function subjectsOf({ rows }: SuiteScenario): readonly Subject[] {
  const all = rows.flatMap(({ comparison }) => comparison?.metrics ?? []);
  const gated = all.filter((metric) => metric.gated);
  const compared = gated.length > 0 ? gated : all;
  const subjects = compared.length > 0 ? compared : rows.flatMap(({ runs }) => runs).flatMap(gatedIn);
  const byName = new Map(subjects.map((subject) => [`${subject.key} ${subject.statistic}`, subject]));
  return [...byName.values()].slice(0, MOST_METRICS);
}

/** The series for the whole; where there is none, each labelled one. */
function gatedIn({ gates, summaries }: RunDocument): Subject[] {
  return gates.flatMap((gate) => {
    if (gate.kind !== 'regression') return [];
    const own = summaries.filter(
      ({ metric, labels }) => metric === gate.metric && labels.phase === gate.phase,
    );
    const whole = own.filter(({ key }) => key === gate.metric);
    const chosen = whole.length > 0 ? whole : own;
    return chosen.map(({ key, unit }) => ({ key, unit, statistic: gate.quantile }));
  });
}

/** One row a combination: each metric with its interval and its verdict. */
export function metricsTable(scenario: SuiteScenario): Table {
  const subjects = subjectsOf(scenario);
  return {
    title: scenario.name,
    columns: [
      left(''),
      right('runs'),
      ...subjects.flatMap(({ key, statistic }) => [right(`${key} ${statistic}`), left('verdict')]),
    ],
    rows: scenario.rows.map((row) => [
      cell(row.label, row.isBaseline ? 'strong' : undefined),
      cell(formatCount(row.runs.length), 'dim'),
      ...(row.reason === undefined
        ? subjects.flatMap((subject) => metricCells(row, subject))
        : subjects.flatMap((_, i) => (i === 0 ? notApplicable(row.reason!) : [cell(''), cell('')]))),
    ]),
    legend: LEGEND,
  };
}

function notApplicable(reason: string): Cell[] {
  return [cell('-', 'dim', [reason]), cell('not applicable', 'dim')];
}

function metricCells(row: SuiteRow, subject: Subject): Cell[] {
  const { key, statistic } = subject;
  const metric = row.comparison?.metrics.find((each) => each.key === key && each.statistic === statistic);
  const side = metric && sideOf(row, metric);
  if (!metric || !side) return uncounted(row, subject);
  const { value, interval } = side;
  const spread =
    interval === null
      ? ''
      : ` (${formatBound(interval.low, metric.unit)}–${formatBound(interval.high, metric.unit)})`;
  return [
    cell(`${formatBound(value, metric.unit)}${spread}`),
    row.isBaseline ? cell('baseline', 'dim') : cell(verdictText(metric), TONES[metric.verdict.kind]),
  ];
}

/** Values of runs that nothing can be concluded from, with the reason. */
function uncounted({ runs, comparison, isBaseline }: SuiteRow, { key, statistic, unit }: Subject): Cell[] {
  const values = runs.flatMap((run) => run.summaries.find((each) => each.key === key)?.[statistic] ?? []);
  if (values.length === 0) return [cell('-', 'dim'), cell('not measured', 'dim')];
  const own = comparison?.conditions.filter(({ side }) => side === (isBaseline ? 'a' : 'b'));
  const reasons = [...new Set(own?.map(({ reason }) => reason))];
  return [cell(formatBound(median(values), unit), 'doubt'), cell('~ no run counts', 'doubt', reasons)];
}

/** What was there after the drain and should not have been, by kind: the most of any run. */
export function leftTable({ name, rows }: SuiteScenario): Table {
  const runs = rows.flatMap((row) => row.runs);
  const isShown = ({ violations, name: id }: RunDocument['invariants'][number]) =>
    violations > 0 || id.startsWith(LEFTOVER);
  const ids = [
    ...new Set(runs.flatMap(({ invariants }) => invariants.filter(isShown).map((each) => each.name))),
  ];
  const broken = ids.filter((id) => rows.some((row) => most(row, id) > 0));
  return {
    title: `${name}: left behind after the drain, and other invariants that broke`,
    columns: [left(''), right('kinds looked at'), ...broken.map((id) => right(id.replace(LEFTOVER, '')))],
    rows: rows
      .filter((row) => row.runs.length > 0)
      .map((row) => [
        cell(row.label),
        cell(formatCount(ids.length), 'dim'),
        ...broken.map((id) => {
          const count = most(row, id);
          return cell(formatCount(count), count > 0 ? 'bad' : 'dim');
        }),
      ]),
    ...(broken.length === 0 && { legend: 'Nothing was left behind, and no invariant was broken.' }),
  };
}

function most({ runs }: SuiteRow, id: string): number {
  const counts = runs.map(({ invariants }) => invariants.find(({ name }) => name === id)?.violations ?? 0);
  return Math.max(0, ...counts);
}

/** CPU and memory of each network's own processes, summed up over them; the median over runs. */
export function costTable({ name, rows }: SuiteScenario): Table {
  const sum = (run: RunDocument, metric: string): number | undefined => {
    const own = run.summaries.filter((each) => each.metric === metric && each.labels.process !== undefined);
    return own.length === 0 ? undefined : own.reduce((total, { p50 }) => total + p50.value, 0);
  };
  const over = ({ runs }: SuiteRow, metric: string): number | undefined => {
    const values = runs.flatMap((run) => sum(run, metric) ?? []);
    return values.length === 0 ? undefined : median(values.map((value) => ({ value, atLeast: false }))).value;
  };
  return {
    title: `${name}: CPU and memory of the network's processes`,
    columns: [left(''), left('processes'), right('CPU'), right('memory')],
    rows: rows
      .filter(({ runs }) => runs.length > 0)
      .map((row) => {
        const [cpu, rss] = [over(row, 'agent.cpu'), over(row, 'agent.rss')];
        return [
          cell(row.label),
          cell(processes(row) || 'none: nothing runs between calls'),
          cell(cpu === undefined ? '-' : format(cpu, 'cores')),
          cell(rss === undefined ? '-' : format(rss, 'bytes')),
        ];
      }),
    legend:
      'All processes of the network in the lab together: the median of each over the run, then over runs.',
  };
}

function processes({ runs }: SuiteRow): string {
  const names = runs
    .at(-1)
    ?.summaries.flatMap(({ metric, labels }) => (metric === 'agent.rss' ? (labels.process ?? []) : []));
  return [...new Set(names)].join(' ');
}
