import { addressesOf, type PodPhase, schedule } from '../../scenario/index.ts';
import { PodColumns } from '../node/pod-columns.ts';
import type { World } from '../world.ts';
import { type End, type Release, releaseOf } from './release.ts';

/** Pods whose arrivals are in memory at a time. */
const BATCH = 1_000_000;
/** How finely the end of a phase is looked for, ns. */
const STEP_NS = 100e6;

export type OpenPodPhase = Extract<PodPhase, { readonly mode: 'open' }>;

/**
 * Lets the pods of a phase come, batch by batch; then waits until each has its address or has given up.
 * @param first number of its first pod among all
 * @returns how many came
 */
export async function podPhase(world: World, phase: OpenPodPhase, first: number): Promise<number> {
  const { clock, spec, real, signal } = world;
  const begin = clock.ns;
  const count = countOf(world, phase);
  world.begin(phase.name, count, phase.deadline);
  const release = releaseOf(world, phase, begin, () => living(world, phase.name));
  const pods = schedule({ ...phase, count }, spec.seed, real.length);
  const info = { name: phase.name, deadlineNs: phase.deadline };
  for (let drawn = 0; drawn < count && !signal.aborted; ) {
    const options = { phase: info, begin, first, nodes: real.length, limit: Math.min(BATCH, count - drawn) };
    const columns = new PodColumns(pods, options);
    for (const [index, node] of real.entries()) node.expect(columns.of(index));
    await advance(world, columns.last, release);
    drawn += columns.count;
    world.progress();
  }
  if (release) await advance(world, release.last, release);
  while (real.some((node) => node.isStarting) && !signal.aborted) await world.advance(clock.ns + STEP_NS);
  world.event({ kind: 'phase.ended', phase: phase.name, at: clock.ns });
  return count;
}

async function advance(world: World, until: number, release: Release | undefined): Promise<void> {
  if (release && !release.done && release.at <= until) {
    await world.advance(release.at);
    release.act();
  }
  await world.advance(until);
}

/** Pods of earlier phases that have an address, the one that had it first ahead. */
function living({ real }: World, except: string): End[] {
  return real
    .flatMap((node) => node.pods().map((pod) => ({ node, pod })))
    .filter(({ pod }) => pod.phase.name !== except)
    .sort((a, b) => a.pod.readyAt - b.pod.readyAt)
    .map(
      ({ node, pod }): End =>
        (at, by) =>
          node.end(pod, at, by),
    );
}

/** How many pods come: given, or what brings the living to a share of all addresses. */
function countOf({ real, spec }: World, phase: OpenPodPhase): number {
  if (!('fill' in phase)) return phase.count;
  const alive = real.reduce((sum, node) => sum + node.pods().length, 0);
  return Math.max(0, Math.round(addressesOf(spec.lab, phase.on) * phase.fill) - alive);
}
