import type { Nanoseconds } from '../schema/quantities.ts';
import type { ChurnPhase, OpenPhase } from '../spec.ts';
import { arrivalOffsets } from './arrivals.ts';
import { lifetimes } from './lifetimes.ts';
import { type Stream, stream } from './stream.ts';

/** One pod, node or Service of an open phase, before anything has happened. */
export interface Scheduled extends Planned {
  /** Intended start, from the start of the phase. */
  readonly offset: Nanoseconds;
}

/** What is known of a pod, node or Service however it is started. */
export interface Planned {
  /** `<phase>-000001` */
  readonly name: string;
  /** From 0, in the order of arrival. */
  readonly index: number;
  /** From ready to the request that deletes it; infinite when only a release or the drain ends it. */
  readonly lifetime: Nanoseconds;
  /** Index of a pod's node, from 0, where the level is `cni`; a scheduler decides at level `pod`. */
  readonly node: number;
  /** The pool that a pod asks for; absent when it asks for none. */
  readonly pool?: string;
}

/**
 * What arrives in an open phase, in order: the same for the same seed. Arrivals, lifetimes, placement and pools are
 * drawn from streams of their own.
 */
export function* schedule(phase: OpenPhase, seed: number, nodes: number): Generator<Scheduled, void> {
  for (const each of unnamedSchedule(phase, seed, nodes))
    yield { name: nameOf(phase.name, each.index), ...each };
}

/** The same without names: most of what a schedule of millions costs. */
export function* unnamedSchedule(
  phase: OpenPhase,
  seed: number,
  nodes: number,
): Generator<Omit<Scheduled, 'name'>, void> {
  const offsets = arrivalOffsets(phase.arrivals, stream(seed, `${phase.name}/arrivals`));
  for (const { index, lifetime, node, pool } of draws(phase, seed, nodes)) {
    const { done, value: offset } = offsets.next();
    if (done === true || offset === undefined) return;
    yield pool === undefined ? { index, lifetime, node, offset } : { index, lifetime, node, offset, pool };
  }
}

/** What arrives in a phase, without instants: all that a closed phase knows before it runs. */
export function* plannedOf(phase: ChurnPhase, seed: number, nodes: number): Generator<Planned, void> {
  for (const each of draws(phase, seed, nodes)) yield { name: nameOf(phase.name, each.index), ...each };
}

function* draws(phase: ChurnPhase, seed: number, nodes: number): Generator<Omit<Planned, 'name'>, void> {
  const lives =
    phase.lifetime === undefined
      ? forever()
      : lifetimes(phase.lifetime, stream(seed, `${phase.name}/lifetimes`));
  const on = 'on' in phase ? phase.on?.map((node) => Number(node.slice(1)) - 1) : undefined;
  const places = placement(on?.length ?? nodes, seed, phase.name);
  const weights = 'pools' in phase ? phase.pools : undefined;
  const pools = weights && weighted(weights, stream(seed, `${phase.name}/pools`));
  for (let index = 0; index < phase.count; index++) {
    const { done, value: lifetime } = lives.next();
    if (done === true || lifetime === undefined) return;
    const place = places.next().value;
    const node = on?.[place] ?? place;
    if (pools === undefined) yield { index, lifetime, node };
    else yield { index, lifetime, node, pool: pools.next().value };
  }
}

/** The name of what has this index (from 0) in a phase. */
function nameOf(phase: string, index: number): string {
  return `${phase}-${String(index + 1).padStart(6, '0')}`;
}

function* forever(): Generator<Nanoseconds, never> {
  for (;;) yield Number.POSITIVE_INFINITY;
}

/** Every node once in a random order (Fisher and Yates), then again in another: even, but not in step. */
function* placement(nodes: number, seed: number, phase: string): Generator<number, never> {
  const random = stream(seed, `${phase}/placement`);
  const order = Array.from({ length: nodes }, (_, node) => node);
  for (;;) {
    for (let last = nodes - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    yield* order;
  }
}

/** Names by chance, each as often as its weight says. */
function* weighted(weights: Readonly<Record<string, number>>, random: Stream): Generator<string, never> {
  let sum = 0;
  const steps = Object.entries(weights).map(([name, weight]) => {
    sum += weight;
    return { name, below: sum };
  });
  for (;;) {
    const drawn = random.below(sum);
    yield steps.find(({ below }) => drawn < below)!.name;
  }
}
