import type { RunDocument } from '../../measure/index.ts';
import { judge, type Outcome } from '../verdict/judge.ts';
import { type MetricFamily, type MetricPoint, openMetricsText } from './exposition.ts';
import { type LabelledRun, seriesFamilies } from './series-families.ts';

const OUTCOMES: readonly Outcome[] = ['passed', 'gate broken', 'invariant broken', 'inconclusive'];
const GATE_STATES = ['held', 'broken', 'inconclusive', 'not applicable'] as const;

/** Runs as OpenMetrics, for a push gateway or a text file collector; labels tell several runs apart. */
export function toOpenMetrics(
  runs: readonly { readonly cell?: object; readonly run: RunDocument }[],
): string {
  const labelled = runs.map(
    ({ cell = {}, run }): LabelledRun => ({
      run,
      labels: { scenario: run.scenario.name, ...labelsOf(cell) },
    }),
  );
  return openMetricsText([
    ...verdictFamilies(labelled),
    ...loadFamilies(labelled),
    ...seriesFamilies(labelled),
  ]);
}

/** Names of axes as label names: `serviceCount`, `lab_nodes`. */
function labelsOf(cell: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cell).map(([axis, value]) => [axis.replaceAll(/[^a-zA-Z0-9_]/g, '_'), String(value)]),
  );
}

function verdictFamilies(runs: readonly LabelledRun[]): MetricFamily[] {
  const info: MetricFamily = {
    name: 'churnlab_run',
    type: 'info',
    help: 'what ran, and where',
    points: runs.map(({ labels, run: { id, startedAt, fingerprint } }) => {
      const { commit, kernel, cpu, configuration } = fingerprint.identity;
      return {
        suffix: '_info',
        labels: { ...labels, run: id, started: startedAt, commit, kernel, cpu, configuration },
        value: 1,
      };
    }),
  };
  const outcome: MetricFamily = {
    name: 'churnlab_outcome',
    type: 'stateset',
    help: 'verdict of the run',
    points: runs.flatMap(({ labels, run }) =>
      states('churnlab_outcome', labels, OUTCOMES, judge(run).outcome),
    ),
  };
  const gates: MetricFamily = {
    name: 'churnlab_gate',
    type: 'stateset',
    help: 'what became of each gate',
    points: runs.flatMap(({ labels, run }) =>
      judge(run).gates.flatMap(({ subject, asked, status }) =>
        states('churnlab_gate', { ...labels, gate: `${subject} ${asked}` }, GATE_STATES, status),
      ),
    ),
  };
  const invariants: MetricFamily = {
    name: 'churnlab_invariant_violations',
    type: 'counter',
    help: 'violations of invariants, which are exact',
    points: runs.flatMap(({ labels, run }) =>
      run.invariants.map(({ name, violations }) => total({ ...labels, invariant: name }, violations)),
    ),
  };
  return [info, outcome, gates, invariants];
}

function loadFamilies(runs: readonly LabelledRun[]): MetricFamily[] {
  const load = (['planned', 'started', 'dropped', 'late', 'completed', 'failed'] as const).map(
    (name): MetricFamily => ({
      name: `churnlab_load_${name}`,
      type: 'counter',
      help: `arrivals that were ${name}`,
      points: runs.map(({ labels, run }) => total(labels, run.load[name])),
    }),
  );
  const failures: MetricFamily = {
    name: 'churnlab_failures',
    type: 'counter',
    help: 'failed operations by metric and class',
    points: runs.flatMap(({ labels, run }) =>
      run.summaries.flatMap(({ metric, labels: own, failed }) =>
        Object.entries(failed).map(([name, count]) =>
          total({ ...labels, ...own, metric, class: name }, count),
        ),
      ),
    ),
  };
  return [...load, failures];
}

function total(labels: Readonly<Record<string, string>>, value: number): MetricPoint {
  return { suffix: '_total', labels, value };
}

/** A state set has a point for each state, and the name of the family as the label of the state. */
function states(
  family: string,
  labels: Readonly<Record<string, string>>,
  all: readonly string[],
  is: string,
): MetricPoint[] {
  return all.map((state) => ({ labels: { ...labels, [family]: state }, value: state === is ? 1 : 0 }));
}
