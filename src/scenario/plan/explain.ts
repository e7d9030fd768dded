import { isMetricName, metric } from '../../measure/index.ts';
import { formatDuration } from '../schema/quantities.ts';
import type { Fault, Gate, Scenario } from '../spec.ts';
import { labInWords } from './lab-words.ts';
import { arrivingInWords, changeInWords, phaseInWords } from './phase-words.ts';
import { listInWords } from './words.ts';

/** What a scenario does and demands, in sentences. */
export interface Explanation {
  readonly name: string;
  readonly description: string;
  readonly lab: string;
  readonly level: string;
  readonly phases: readonly { readonly name: string; readonly text: string }[];
  /** Changes of the pools. */
  readonly changes: readonly string[];
  readonly faults: readonly string[];
  readonly gates: readonly { readonly text: string; readonly because: string }[];
  /** What overrides changed. */
  readonly changed: readonly string[];
  readonly reproducible: string;
}

const LEVEL = {
  pod: 'Every pod is created through the Kubernetes API, scheduled, given its network by a real CNI call on its node, and deleted through the API.',
  cni: 'The CNI plugin alone is driven: a network namespace and an ADD on a node, a DEL at the end. No API, no scheduler.',
} as const;
/** Puts a scenario into words. */
export function explain({ name, description, changed, spec }: Scenario): Explanation {
  const arriving = arrivingInWords(spec.phases);
  return {
    name,
    description,
    lab: labInWords(spec.lab),
    level: LEVEL[spec.level],
    phases: spec.phases.map((phase) => ({ name: phase.name, text: phaseInWords(phase) })),
    changes: spec.changes.toSorted((a, b) => a.at - b.at).map(changeInWords),
    faults: spec.faults.map(faultInWords),
    gates: spec.gates.map((gate) => ({ text: gateInWords(gate, arriving), because: gate.because ?? '' })),
    changed,
    reproducible: `Seed ${spec.seed}: arrivals, lifetimes, names and placement are the same in every run.`,
  };
}

function faultInWords({ at, action, target, node, down, phase }: Fault): string {
  const where =
    node === undefined ? `the ${target}` : target === 'node' ? `node ${node}` : `the ${target} of ${node}`;
  const how =
    action === 'kill'
      ? `is killed (SIGKILL)${down > 0 ? ` and stays down for ${formatDuration(down)}` : ' and starts again'}`
      : 'is restarted (SIGTERM)';
  const begin = phase === undefined ? 'the first phase' : `phase ${phase}`;
  return `${formatDuration(at)} after ${begin} begins, ${where} ${how}.`;
}

const QUANTILE = {
  min: 'The least',
  mean: 'The mean',
  max: 'The largest',
  p50: 'The median',
  p90: 'Nine in ten',
  p95: 'Nineteen in twenty',
  p99: '99 in a hundred',
  'p99.9': '999 in a thousand',
} as const;
function shareInWords(rate: 'failed' | 'late' | 'dropped', arriving: string): string {
  switch (rate) {
    case 'failed':
      return `${arriving} that were not ready by their deadline or were refused`;
    case 'late':
      return `${arriving} that the generator itself started late`;
    case 'dropped':
      return 'arrivals that were dropped';
  }
}

function gateInWords(gate: Gate, arriving: string): string {
  if (gate.kind === 'invariants') {
    return 'Every invariant holds exactly: no address on two pods, none outside its pool, none reused before its cooldown, and nothing left after the drain.';
  }
  const limit = listInWords([
    ...(gate.max === undefined ? [] : [`at most ${gate.max.text}`]),
    ...(gate.min === undefined ? [] : [`at least ${gate.min.text}`]),
  ]);
  if (gate.kind === 'rate') {
    if (gate.rate === 'completed')
      return `${arriving.charAt(0).toUpperCase()}${arriving.slice(1)} that become ready per second: ${limit}.`;
    return `The share of ${shareInWords(gate.rate, arriving)}: ${limit}.`;
  }
  if (!isMetricName(gate.metric)) return `${gate.metric} ${gate.quantile}: ${limit}.`;
  const { unit, from, to } = metric(gate.metric);
  const what = to === '' ? from : `from “${from}” to “${to}”`;
  const failures = unit === 'ns' ? ' A failure counts as at least the deadline.' : '';
  return `${gate.metric} ${gate.quantile} is ${limit}. ${QUANTILE[gate.quantile]} of its values (${what}) must keep to it.${failures}`;
}
