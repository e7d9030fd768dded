import type { Nanoseconds } from '../schema/quantities.ts';
import type { ChurnPhase, ScenarioSpec } from '../spec.ts';
import { type Intervals, peakOf, select } from './occupancy.ts';
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

/** Draws the whole schedule and counts: exact for this seed, not an average. */
export function forecast(spec: ScenarioSpec): Forecast {
  const drawn: DrawnPhase[] = [];
  let begin = 0;
  for (const phase of spec.phases) {
    if (phase.kind !== 'churn') continue;
    const next = draw(phase, spec, begin);
    drawn.push(next);
    begin += next.span;
  }
  const starts = join(drawn.map(({ starts }) => starts));
  const ends = join(drawn.map(({ ends }) => ends));
  const lateEnds = join(drawn.map(({ ends, deadline }) => ends.map((end) => end + deadline)));
  const cap = capOf(spec);
  const all: Intervals = { starts, ends };
  const cooldown = spec.lab.network === 'churnlab' ? spec.lab.ipam.cooldown : 0;
  const nodes = spec.lab.nodes;
  const perNode = (extra: Nanoseconds): number => {
    // A scheduler spreads evenly; at level cni the schedule itself places.
    if (spec.level === 'pod') return Math.ceil(peakOf(all, extra) / nodes);
    const places = join(drawn.map(({ nodes }) => nodes));
    return Math.max(
      ...Array.from({ length: nodes }, (_, node) =>
        peakOf(
          select(all, (i) => places[i] === node),
          extra,
        ),
      ),
    );
  };
  return {
    phases: drawn.map(({ name, pods, begin, span, meanLifetime }) => ({
      name,
      pods,
      begin,
      span,
      meanLifetime,
    })),
    pods: starts.length,
    span: begin,
    alive: {
      expected: Math.min(cap, peakOf(all)),
      bound: Math.min(cap, peakOf({ starts, ends: lateEnds })),
    },
    uncapped: peakOf(all),
    alivePerNode: Math.min(cap, perNode(0)),
    addressesPerNode: perNode(cooldown),
    addresses: peakOf(all, cooldown),
    lastGone: ends.reduce((last, end) => Math.max(last, end), begin),
    aliveAtEnd: Math.min(cap, ends.filter((end) => end > begin).length),
    exact: spec.phases.every((phase) => phase.kind === 'drain' || phase.mode === 'open'),
  };
}

interface DrawnPhase extends Intervals, PhaseForecast {
  readonly deadline: Nanoseconds;
  readonly nodes: Float64Array;
}

function draw(phase: ChurnPhase, spec: ScenarioSpec, begin: Nanoseconds): DrawnPhase {
  const starts: number[] = [];
  const lives: number[] = [];
  const nodes: number[] = [];
  let last = 0;
  const pods =
    phase.mode === 'open'
      ? schedule(phase, spec.seed, spec.lab.nodes)
      : plannedPods(phase, spec.seed, spec.lab.nodes);
  for (const pod of pods) {
    last = 'offset' in pod ? (pod.offset as number) : (pod.index / CLOSED_RATE) * 1e9;
    starts.push(begin + last);
    lives.push(pod.lifetime);
    nodes.push(pod.node);
  }
  return {
    name: phase.name,
    pods: starts.length,
    begin,
    span: last,
    meanLifetime: lives.reduce((sum, life) => sum + life, 0) / Math.max(1, lives.length),
    deadline: phase.deadline,
    starts: Float64Array.from(starts),
    ends: Float64Array.from(starts, (start, index) => start + lives[index]!),
    nodes: Float64Array.from(nodes),
  };
}

/** The cap on living pods, when every phase has one. */
function capOf(spec: ScenarioSpec): number {
  const caps = spec.phases.flatMap((phase) =>
    phase.kind === 'churn' ? [phase.maxAlive ?? Number.POSITIVE_INFINITY] : [],
  );
  return Math.max(...caps);
}

function join(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}
