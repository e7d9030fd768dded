import type { Nanoseconds } from '../schema/quantities.ts';
import type { ChurnPhase, OpenPhase } from '../spec.ts';
import { arrivalOffsets } from './arrivals.ts';
import { lifetimes } from './lifetimes.ts';
import { stream } from './stream.ts';

/** One pod of an open phase, before anything has happened. */
export interface ScheduledPod extends PlannedPod {
  /** Intended start, from the start of the phase. */
  readonly offset: Nanoseconds;
}

/** What is known of a pod however it is started. */
export interface PlannedPod {
  /** `<phase>-000001` */
  readonly name: string;
  /** From 0, in the order of arrival. */
  readonly index: number;
  /** From ready to the request that deletes it. */
  readonly lifetime: Nanoseconds;
  /** Index of the node, from 0, where the level is `cni`; a scheduler decides at level `pod`. */
  readonly node: number;
}

/**
 * The pods of an open phase in the order of arrival: the same for the same seed. Arrivals, lifetimes
 * and placement are drawn from streams of their own.
 */
export function* schedule(phase: OpenPhase, seed: number, nodes: number): Generator<ScheduledPod, void> {
  const offsets = arrivalOffsets(phase.arrivals, stream(seed, `${phase.name}/arrivals`));
  for (const pod of plannedPods(phase, seed, nodes)) {
    const { done, value: offset } = offsets.next();
    if (done === true || offset === undefined) return;
    yield { ...pod, offset };
  }
}

/** The pods of a phase without instants: all that a closed phase knows before it runs. */
export function* plannedPods(phase: ChurnPhase, seed: number, nodes: number): Generator<PlannedPod, void> {
  const lives = lifetimes(phase.lifetime, stream(seed, `${phase.name}/lifetimes`));
  const places = placement(nodes, seed, phase.name);
  for (let index = 0; index < phase.pods; index++) {
    const { done, value: lifetime } = lives.next();
    if (done === true || lifetime === undefined) return;
    yield { name: podName(phase.name, index), index, lifetime, node: places.next().value! };
  }
}

/** The name of the pod with this index (from 0) in a phase. */
function podName(phase: string, index: number): string {
  return `${phase}-${String(index + 1).padStart(6, '0')}`;
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
