import { addressesOf, roomFor } from '../capacity.ts';
import type { Nanoseconds } from '../schema/quantities.ts';
import type { ChurnPhase, ScenarioSpec, Subject, TrafficPhase } from '../spec.ts';
import { released } from './release.ts';
import { plannedOf, schedule } from './schedule.ts';

/** What arrives in a phase, in columns and in the order of arrival. Instants count from the first phase's begin. */
export interface DrawnPhase {
  readonly name: string;
  readonly subject: Subject;
  /** How many arrive; worked out where the phase says `fill`. */
  readonly count: number;
  readonly begin: Nanoseconds;
  /** First arrival to last. */
  readonly span: Nanoseconds;
  /** Until the next phase can begin, if everything that has room is ready at once. */
  readonly length: Nanoseconds;
  /** Mean lifetime as drawn; infinite when only a release or the drain ends it. */
  readonly meanLifetime: Nanoseconds;
  /** How many are released in this phase. */
  readonly released: number;
  /** How many find no room until their deadline. */
  readonly refused: number;
  readonly deadline: Nanoseconds;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly nodes: Uint32Array;
}

type Drawable = Pick<ScenarioSpec, 'seed' | 'lab' | 'phases'>;

/**
 * Things a second that a closed phase is taken to start, for want of a schedule: what the CNI path does
 * on two cores. It only places a closed phase in time; its pods are counted, not estimated.
 */
const CLOSED_RATE = 600;
/** Requests a second of one connection after another, for want of a schedule. */
const REQUEST_RATE = 5000;

/**
 * Draws all phases, one after the other: with the room that the pools have where the scenario may run out, and with
 * what releases give back. Whoever waits when something is released is taken to get it.
 */
export function drawPhases(spec: Drawable): DrawnPhase[] {
  const drawn: DrawnPhase[] = [];
  let begin = 0;
  for (const phase of spec.phases) {
    if (phase.kind === 'traffic') begin += trafficLength(phase);
    if (phase.kind !== 'churn') continue;
    const next = drawPhase(counted(phase, spec, drawn, begin), spec, drawn, begin);
    drawn.push(next);
    begin += next.length;
  }
  return drawn;
}

/** How long a phase of traffic takes; estimated where it says how many requests there are, not how long. */
export function trafficLength({ traffic }: TrafficPhase): Nanoseconds {
  return traffic.for ?? ((traffic.count ?? 0) / (traffic.rate ?? REQUEST_RATE)) * 1e9;
}

/** A phase that fills, with the number of pods that it takes. */
function counted(
  phase: ChurnPhase,
  { lab }: Drawable,
  before: readonly DrawnPhase[],
  begin: Nanoseconds,
): ChurnPhase {
  if (!('fill' in phase)) return phase;
  const room = addressesOf(lab, phase.on);
  const alive = Math.min(room, countLiving(begin, before, phase.subject, nodesOf(phase)));
  return { ...phase, count: Math.max(0, Math.round(room * phase.fill) - alive) };
}

function drawPhase(
  phase: ChurnPhase,
  { seed, lab }: Drawable,
  before: readonly DrawnPhase[],
  begin: Nanoseconds,
): DrawnPhase {
  const { name, subject, count, deadline } = phase;
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  const nodes = new Uint32Array(count);
  let [span, lived] = [0, 0];
  const arriving =
    phase.mode === 'open' ? schedule(phase, seed, lab.nodes) : plannedOf(phase, seed, lab.nodes);
  for (const each of arriving) {
    span = 'offset' in each ? (each.offset as number) : (each.index / CLOSED_RATE) * 1e9;
    starts[each.index] = begin + span;
    ends[each.index] = begin + span + each.lifetime;
    nodes[each.index] = each.node;
    lived += each.lifetime;
  }
  const own = { name, subject, count, begin, span, deadline, starts, ends, nodes };
  const gone = release(phase, before, begin, seed);
  const until = Math.max(span, gone.until);
  const refused = refuse(own, lab, phase, before, begin + until);
  return {
    ...own,
    meanLifetime: count === 0 ? 0 : lived / count,
    length: until + (refused > 0 ? deadline : 0),
    released: gone.count,
    refused,
  };
}

/** Ends what the phase's release takes; says how many and when, from the phase's begin, the last one goes. */
function release(
  { name, subject, release: wanted }: ChurnPhase,
  before: readonly DrawnPhase[],
  begin: Nanoseconds,
  seed: number,
): { count: number; until: Nanoseconds } {
  if (wanted === undefined) return { count: 0, until: 0 };
  const living = livingAt(begin + wanted.after, before, subject);
  const chosen = released(living.length, wanted, seed, name);
  const gap = wanted.rate === undefined ? 0 : 1e9 / wanted.rate;
  for (const [order, index] of chosen.entries()) {
    const { of, at } = living[index]!;
    of.ends[at] = Math.min(of.ends[at]!, begin + wanted.after + order * gap);
  }
  return { count: chosen.length, until: wanted.after + Math.max(0, chosen.length - 1) * gap };
}

/** Ends those of the phase that have no room when all have arrived; returns how many. */
function refuse(
  own: Lives & Pick<DrawnPhase, 'deadline'>,
  lab: Drawable['lab'],
  phase: ChurnPhase,
  before: readonly DrawnPhase[],
  at: Nanoseconds,
): number {
  if (!lab.ipam.allowExhaustion) return 0;
  const mine = countLiving(at, [own], own.subject);
  const others = countLiving(at, before, own.subject, nodesOf(phase));
  const excess = others + mine - roomFor(lab, phase);
  const refused = Math.min(mine, Math.max(0, excess));
  for (let index = own.starts.length - 1, left = refused; left > 0; index--) {
    if (!lives(own, index, at)) continue;
    own.ends[index] = own.starts[index]! + own.deadline;
    left--;
  }
  return refused;
}

/** Indices of the nodes that a phase's pods go to; undefined for all. */
function nodesOf(phase: ChurnPhase): ReadonlySet<number> | undefined {
  const on = 'on' in phase ? phase.on : undefined;
  return on && new Set(on.map((name) => Number(name.slice(1)) - 1));
}

type Lives = Pick<DrawnPhase, 'subject' | 'starts' | 'ends' | 'nodes'>;

interface Living {
  readonly of: Pick<DrawnPhase, 'ends'>;
  readonly at: number;
}

/** What lives at an instant, oldest first. */
function livingAt(instant: Nanoseconds, phases: readonly Lives[], subject: Subject): Living[] {
  const living: Living[] = [];
  for (const of of phases) {
    if (of.subject !== subject) continue;
    for (let at = 0; at < of.starts.length; at++) if (lives(of, at, instant)) living.push({ of, at });
  }
  return living;
}

/** How many, on these nodes or on all: where nobody is chosen of millions, none is to be named. */
function countLiving(
  instant: Nanoseconds,
  phases: readonly Lives[],
  subject: Subject,
  on?: ReadonlySet<number>,
): number {
  let count = 0;
  for (const of of phases) {
    if (of.subject !== subject) continue;
    for (let at = 0; at < of.starts.length; at++) {
      if (lives(of, at, instant) && (on === undefined || on.has(of.nodes[at]!))) count++;
    }
  }
  return count;
}

function lives(
  { starts, ends }: Pick<Lives, 'starts' | 'ends'>,
  index: number,
  instant: Nanoseconds,
): boolean {
  return starts[index]! <= instant && ends[index]! > instant;
}
