import type { Nanoseconds } from '../schema/quantities.ts';
import type { ChurnPhase, ScenarioSpec } from '../spec.ts';
import { type Intervals, intervals, peakOf } from './occupancy.ts';
import { plannedPods, schedule } from './schedule.ts';

/** What the schedule of a scenario comes to, if every pod started at once when it arrives. */
export interface Forecast {
  readonly phases: readonly PhaseForecast[];
  readonly pods: number;
  /** First arrival to last, over all phases. */
  readonly span: Nanoseconds;
  readonly alive: Peak;
  /** Alive pods at most if no phase had a cap. */
  readonly uncapped: number;
  /** Alive pods on the fullest node. */
  readonly alivePerNode: number;
  /** Addresses taken on the fullest node: of living pods, and of gone ones within the cooldown. */
  readonly addressesPerNode: number;
  /** Addresses taken in all nodes together, gone pods within the cooldown included. */
  readonly addresses: number;
  /** When the last pod has lived its life, if no drain cuts it short. */
  readonly lastGone: Nanoseconds;
  /** Pods that still live when the last one has arrived. */
  readonly aliveAtEnd: number;
  /** Whether every phase runs by the clock, so that the numbers above follow from the seed alone. */
  readonly exact: boolean;
}

export interface Peak {
  /** If every pod is ready at once. */
  readonly expected: number;
  /** If every pod takes its whole deadline to become ready. */
  readonly bound: number;
}

export interface PhaseForecast {
  readonly name: string;
  readonly pods: number;
  readonly begin: Nanoseconds;
  /** First arrival to last. */
  readonly span: Nanoseconds;
  /** Mean lifetime of the pods as drawn. */
  readonly meanLifetime: Nanoseconds;
}

/**
 * Pods a second that a closed phase is taken to start, for want of a schedule: what the CNI path does
 * on two cores. It only places a closed phase in time; its pods are counted, not estimated.
 */
const CLOSED_RATE = 600;

/** Specs are never changed, and a scenario is checked, planned and explained: its schedule is drawn once. */
const known = new WeakMap<ScenarioSpec, Forecast>();

/** Draws the whole schedule and counts: exact for this seed, not an average. */
export function forecast(spec: ScenarioSpec): Forecast {
  const found = known.get(spec) ?? count(spec);
  known.set(spec, found);
  return found;
}

function count(spec: ScenarioSpec): Forecast {
  const drawn: DrawnPhase[] = [];
  let begin = 0;
  for (const phase of spec.phases) {
    if (phase.kind !== 'churn') continue;
    const next = draw(phase, spec, begin);
    drawn.push(next);
    begin += next.span;
  }
  const all = intervalsOf(drawn);
  const late = intervalsOf(drawn, { late: true });
  const cap = capOf(spec);
  const cooldown = spec.lab.network === 'churnlab' ? spec.lab.ipam.cooldown : 0;
  const { nodes } = spec.lab;
  // A scheduler spreads evenly; at level cni the schedule itself places.
  const fullest =
    spec.level === 'pod'
      ? (extra: Nanoseconds) => Math.ceil(peakOf(all, extra) / nodes)
      : onFullestNode(Array.from({ length: nodes }, (_, node) => intervalsOf(drawn, { node })));
  return {
    phases: drawn.map(({ name, pods, begin, span, meanLifetime }) => ({
      name,
      pods,
      begin,
      span,
      meanLifetime,
    })),
    pods: all.starts.length,
    span: begin,
    alive: { expected: Math.min(cap, peakOf(all)), bound: Math.min(cap, peakOf(late)) },
    uncapped: peakOf(all),
    alivePerNode: Math.min(cap, fullest(0)),
    addressesPerNode: fullest(cooldown),
    addresses: peakOf(all, cooldown),
    lastGone: Math.max(begin, all.ends.at(-1) ?? 0),
    aliveAtEnd: Math.min(cap, all.ends.filter((end) => end > begin).length),
    exact: spec.phases.every((phase) => phase.kind === 'drain' || phase.mode === 'open'),
  };
}

function onFullestNode(nodes: readonly Intervals[]): (extra: Nanoseconds) => number {
  return (extra) => nodes.reduce((most, node) => Math.max(most, peakOf(node, extra)), 0);
}

/** The pods of a phase in columns, in the order of arrival. */
interface DrawnPhase extends PhaseForecast {
  readonly deadline: Nanoseconds;
  readonly starts: Float64Array;
  readonly lives: Float64Array;
  readonly nodes: Uint16Array;
}

function draw(phase: ChurnPhase, spec: ScenarioSpec, begin: Nanoseconds): DrawnPhase {
  const starts = new Float64Array(phase.pods);
  const lives = new Float64Array(phase.pods);
  const nodes = new Uint16Array(phase.pods);
  const pods =
    phase.mode === 'open'
      ? schedule(phase, spec.seed, spec.lab.nodes)
      : plannedPods(phase, spec.seed, spec.lab.nodes);
  let last = 0;
  let lived = 0;
  for (const pod of pods) {
    last = 'offset' in pod ? (pod.offset as number) : (pod.index / CLOSED_RATE) * 1e9;
    starts[pod.index] = begin + last;
    lives[pod.index] = pod.lifetime;
    nodes[pod.index] = pod.node;
    lived += pod.lifetime;
  }
  const meanLifetime = lived / phase.pods;
  const { name, deadline } = phase;
  return { name, pods: phase.pods, begin, span: last, meanLifetime, deadline, starts, lives, nodes };
}

/** Lives of all phases' pods: of one node's only, or `late`, each begun after its whole deadline. */
function intervalsOf(phases: readonly DrawnPhase[], only: { node?: number; late?: boolean } = {}): Intervals {
  const { node, late = false } = only;
  const pods = phases.reduce((sum, { starts }) => sum + starts.length, 0);
  const [starts, ends] = [new Float64Array(pods), new Float64Array(pods)];
  let next = 0;
  for (const phase of phases) {
    const delay = late ? phase.deadline : 0;
    for (let index = 0; index < phase.starts.length; index++) {
      if (node !== undefined && phase.nodes[index] !== node) continue;
      starts[next] = phase.starts[index]!;
      ends[next++] = phase.starts[index]! + phase.lives[index]! + delay;
    }
  }
  return intervals(starts.subarray(0, next), ends.subarray(0, next));
}

/** The cap on living pods, when every phase has one. */
function capOf(spec: ScenarioSpec): number {
  const caps = spec.phases.flatMap((phase) =>
    phase.kind === 'churn' ? [phase.maxAlive ?? Number.POSITIVE_INFINITY] : [],
  );
  return Math.max(...caps);
}
