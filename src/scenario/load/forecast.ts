import { addressesOf, roomFor } from '../capacity.ts';
import type { Nanoseconds } from '../schema/quantities.ts';
import type { ScenarioSpec, Subject } from '../spec.ts';
import { type DrawnPhase, drawPhases, trafficLength } from './draw.ts';
import { type Intervals, intervals, peakOf } from './occupancy.ts';

/** What the schedule of a scenario comes to, if everything that arrives and has room is ready at once. */
export interface Forecast {
  readonly phases: readonly PhaseForecast[];
  readonly pods: number;
  /** From the first arrival until everything has arrived, has been released or has found no room. */
  readonly span: Nanoseconds;
  /** Pods. */
  readonly alive: Peak;
  /** Hollow nodes at most. */
  readonly hollowNodes: number;
  /** Services at most. */
  readonly services: number;
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

export type PhaseForecast = Pick<
  DrawnPhase,
  'name' | 'subject' | 'count' | 'begin' | 'span' | 'meanLifetime' | 'released' | 'refused'
>;

/** Specs are never changed, and a scenario is checked, planned and explained: its schedule is drawn once. */
const known = new WeakMap<ScenarioSpec, Forecast>();
/** The last one drawn: most cells of a matrix differ in what no schedule depends on. */
let latest: { readonly key: string; readonly forecast: Forecast } | undefined;

/** Draws the whole schedule and counts: exact for this seed, not an average. */
export function forecast(spec: ScenarioSpec): Forecast {
  let found = known.get(spec);
  if (found === undefined) {
    const key = dependsOn(spec);
    if (latest?.key !== key) latest = { key, forecast: count(spec) };
    found = latest.forecast;
    known.set(spec, found);
  }
  return found;
}

/** All that a forecast follows from, as text. */
function dependsOn({ seed, level, lab, phases }: ScenarioSpec): string {
  const { nodes, network, ipam } = lab;
  const rooms = phases.map((phase) => (phase.kind === 'churn' ? roomFor(lab, phase) : 0));
  const room = [addressesOf(lab), ...rooms].map(String);
  return JSON.stringify([seed, level, nodes, network, ipam.cooldown, ipam.allowExhaustion, room, phases]);
}

function count(spec: ScenarioSpec): Forecast {
  const drawn = drawPhases(spec);
  const pods = drawn.filter(({ subject }) => subject === 'pod');
  const peak = (subject: Subject) => peakOf(intervalsOf(drawn.filter((phase) => phase.subject === subject)));
  const all = intervalsOf(pods);
  const late = intervalsOf(pods, { late: true });
  const { nodes, network, ipam } = spec.lab;
  // Those who find no room wait and are counted as arrived, but have no address.
  const room = ipam.allowExhaustion ? addressesOf(spec.lab) : Number.POSITIVE_INFINITY;
  const cap = Math.min(capOf(spec), room);
  const cooldown = network === 'churnlab' ? ipam.cooldown : 0;
  // A scheduler spreads evenly; at level cni, and where pods are told their node, the schedule itself places.
  const even = spec.level === 'pod' && spec.phases.every((phase) => !('on' in phase && phase.on));
  const fullest = even
    ? (extra: Nanoseconds) => Math.ceil(peakOf(all, extra) / nodes)
    : onFullestNode(intervalsByNode(pods, nodes));
  const end =
    drawn.reduce((last, { begin, length }) => Math.max(last, begin + length), 0) + trafficAtEnd(spec);
  return {
    phases: drawn.map(({ name, subject, count, begin, span, meanLifetime, released, refused }) => ({
      name,
      subject,
      count,
      begin,
      span,
      meanLifetime,
      released,
      refused,
    })),
    pods: all.starts.length,
    span: end,
    alive: { expected: Math.min(cap, peakOf(all)), bound: Math.min(cap, peakOf(late)) },
    hollowNodes: peak('node'),
    services: peak('service'),
    uncapped: peakOf(all),
    alivePerNode: Math.min(cap, fullest(0)),
    addressesPerNode: fullest(cooldown),
    addresses: peakOf(all, cooldown),
    lastGone: all.ends.reduce((last, gone) => (Number.isFinite(gone) ? Math.max(last, gone) : last), end),
    aliveAtEnd: Math.min(cap, all.ends.filter((gone) => gone > end).length),
    exact: spec.phases.every((phase) => phase.kind !== 'churn' || phase.mode === 'open'),
  };
}

/** How long traffic goes on after all have arrived, ns. */
function trafficAtEnd({ phases }: ScenarioSpec): Nanoseconds {
  const last = phases.findLastIndex((phase) => phase.kind === 'churn');
  return phases
    .slice(last + 1)
    .reduce((sum, phase) => sum + (phase.kind === 'traffic' ? trafficLength(phase) : 0), 0);
}

function onFullestNode(nodes: readonly Intervals[]): (extra: Nanoseconds) => number {
  return (extra) => nodes.reduce((most, node) => Math.max(most, peakOf(node, extra)), 0);
}

/** Lives of all phases' subjects; `late`: each begun after its whole deadline. */
function intervalsOf(phases: readonly DrawnPhase[], { late = false } = {}): Intervals {
  const all = phases.reduce((sum, { starts }) => sum + starts.length, 0);
  const [starts, ends] = [new Float64Array(all), new Float64Array(all)];
  let next = 0;
  for (const phase of phases) {
    const delay = late ? phase.deadline : 0;
    for (let index = 0; index < phase.starts.length; index++) {
      starts[next] = phase.starts[index]!;
      ends[next++] = phase.ends[index]! + delay;
    }
  }
  return intervals(starts, ends);
}

/** Lives on each node, gathered in one pass over all: there may be a hundred thousand nodes. */
function intervalsByNode(phases: readonly DrawnPhase[], nodes: number): Intervals[] {
  const begins = new Uint32Array(nodes + 1);
  for (const { nodes: placed } of phases) for (const node of placed) begins[node + 1]!++;
  for (let node = 0; node < nodes; node++) begins[node + 1]! += begins[node]!;
  const [starts, ends] = [new Float64Array(begins[nodes]!), new Float64Array(begins[nodes]!)];
  const next = begins.slice(0, nodes);
  for (const phase of phases) {
    for (const [index, node] of phase.nodes.entries()) {
      const at = next[node]!++;
      starts[at] = phase.starts[index]!;
      ends[at] = phase.ends[index]!;
    }
  }
  return Array.from(next, (to, node) =>
    intervals(starts.subarray(begins[node]!, to), ends.subarray(begins[node]!, to)),
  );
}

/** The cap on living pods, when every phase of pods has one. */
function capOf(spec: ScenarioSpec): number {
  const caps = spec.phases.flatMap((phase) =>
    phase.kind === 'churn' && phase.subject === 'pod' ? [phase.maxAlive ?? Number.POSITIVE_INFINITY] : [],
  );
  return Math.max(0, ...caps);
}
