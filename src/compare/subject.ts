import { type GateSpec, isMetricName, METRICS, metric, type Summary } from '../measure/index.ts';
import type { ComparedMetric } from './document.ts';
import type { FoundRun } from './side/found-run.ts';

/** One value of one series that is compared, and what makes a change of it count. */
export type Subject = Pick<
  ComparedMetric,
  'key' | 'metric' | 'labels' | 'unit' | 'statistic' | 'gated' | 'minimum' | 'detect' | 'because'
>;

type RegressionGate = Extract<GateSpec, { kind: 'regression' }>;
type Statistic = Subject['statistic'];

/** What a change must reach where no gate says. */
const DEFAULTS = { detect: 0.1, minimum: 0.05 } as const;
/** Gated where a scenario has no regression gate: so many of its primary metrics, by their median. */
const DEFAULT_GATES = 4;
/** What is shown of a metric that nobody gates: the tail matters for durations only. */
const SHOWN: readonly Statistic[] = ['p50', 'p99'];

/**
 * What is compared of two sides: what the gates of the newest run of `b` name, then every other series of either side, in
 * the order of the list of metrics.
 */
export function subjectsOf(a: readonly FoundRun[], b: readonly FoundRun[]): Subject[] {
  const series = seriesOf([...a, ...b]);
  const newest = (b.at(-1) ?? a.at(-1))!.run;
  const none = new Set([...a, ...b].flatMap(({ run }) => notApplicable(run)));
  const own = regressionGates(newest).filter(({ metric: name }) => !none.has(name));
  const gates = own.length > 0 ? own : defaultGates(newest.primary, series);
  const gated = gates.flatMap((gate) => gatedBy(gate, series));
  const known = new Set(gated.map(idOf));
  const rest = [...series.values()].toSorted(byOrder).flatMap((summary) => {
    const shown = summary.unit === 'ns' ? SHOWN : SHOWN.slice(0, 1);
    return shown.map((statistic) => subject(summary, { statistic, gated: false, ...DEFAULTS }));
  });
  return [...gated, ...rest.filter((each) => !known.has(idOf(each)))];
}

function regressionGates({ gates }: FoundRun['run']): RegressionGate[] {
  return gates.filter((gate) => gate.kind === 'regression');
}

/** Metrics that the network of a run cannot have where it ran. */
function notApplicable(run: FoundRun['run']): string[] {
  return regressionGates(run).flatMap((gate) => (gate.notApplicable === undefined ? [] : gate.metric));
}

function seriesOf(runs: readonly FoundRun[]): Map<string, Summary> {
  return new Map(runs.flatMap(({ run }) => run.summaries.map((summary) => [summary.key, summary])));
}

function defaultGates(primary: readonly string[], series: ReadonlyMap<string, Summary>): RegressionGate[] {
  const names = primary.filter((key) => series.has(key)).slice(0, DEFAULT_GATES);
  return names.map((key) => ({
    kind: 'regression',
    metric: series.get(key)!.metric,
    quantile: 'p50',
    ...DEFAULTS,
  }));
}

/** The series for the whole; where there is none, each labelled one. One that nobody has still fails the gate. */
function gatedBy(gate: RegressionGate, series: ReadonlyMap<string, Summary>): Subject[] {
  const { quantile: statistic, phase, detect, minimum, atLeast, because } = gate;
  const own = [...series.values()].filter(
    ({ metric: name, labels }) => name === gate.metric && (phase === undefined || labels.phase === phase),
  );
  const whole = own.filter(({ key }) => key === gate.metric);
  const chosen = whole.length > 0 ? whole : own;
  const options = { statistic, gated: true, detect, minimum, atLeast: atLeast?.value, because };
  const absent = { key: gate.metric, metric: gate.metric, labels: {}, unit: unitOf(gate.metric) };
  return (chosen.length > 0 ? chosen : [absent]).map((each) => subject(each, options));
}

function subject(
  { key, metric: name, labels, unit }: Pick<Summary, 'key' | 'metric' | 'labels' | 'unit'>,
  options: {
    readonly statistic: Statistic;
    readonly gated: boolean;
    readonly detect: number;
    readonly minimum: number;
    readonly atLeast?: number | undefined;
    readonly because?: string | undefined;
  },
): Subject {
  const { statistic, gated, detect, minimum: relative, atLeast = 0, because } = options;
  const minimum = { relative, absolute: Math.max(atLeast, resolutionOf(name)) };
  const subject = { key, metric: name, labels, unit, statistic, gated, minimum, detect };
  return because === undefined ? subject : { ...subject, because };
}

function idOf({ key, statistic }: Pick<Subject, 'key' | 'statistic'>): string {
  return `${key} ${statistic}`;
}

/** The finest difference that the metric can show. */
function resolutionOf(name: string): number {
  return isMetricName(name) ? metric(name).resolution : 0;
}

function unitOf(name: string): Subject['unit'] {
  return isMetricName(name) ? metric(name).unit : 'ns';
}

function byOrder(a: Summary, b: Summary): number {
  const order = [...METRICS.keys()] as string[];
  return order.indexOf(a.metric) - order.indexOf(b.metric) || (a.key < b.key ? -1 : 1);
}
