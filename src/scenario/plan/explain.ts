import { formatDuration } from '../schema/quantities.ts';
import type { Fault, Scenario } from '../spec.ts';
import { gateInWords } from './gate-words.ts';
import { labInWords } from './lab-words.ts';
import { arrivingInWords, changeInWords, phaseInWords } from './phase-words.ts';

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
