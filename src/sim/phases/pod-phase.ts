import { addressesOf, type PodPhase, unnamedSchedule } from '../../scenario/index.ts';
import { PodColumns } from '../node/pod-columns.ts';
import type { World } from '../world.ts';
import { type End, type Release, releaseOf } from './release.ts';

/** How finely the end of a phase is looked for, ns. */
const STEP_NS = 100e6;

export type OpenPodPhase = Extract<PodPhase, { readonly mode: 'open' }>;

/**
 * Lets the pods of a phase come; then waits until each has its address or has given up.
 * @param first number of its first pod among all
 * @returns how many came
 */
export async function podPhase(world: World, phase: OpenPodPhase, first: number): Promise<number> {
  const { clock, spec, real } = world;
  const begin = clock.ns;
  const count = countOf(world, phase);
  world.begin(phase.name, count, phase.deadline);
  const release = releaseOf(world, phase, begin, () => living(world, phase.name));
  const columns = new PodColumns(unnamedSchedule({ ...phase, count }, spec.seed, real.length), {
    ...{ phase: { name: phase.name, deadlineNs: phase.deadline }, begin, first, nodes: real.length, count },
  });
  for (const [index, node] of real.entries()) node.expect(columns.of(index));
  await advance(world, columns.last, release);
  if (release) await advance(world, release.last, release);
  await settle(world);
  world.event({ kind: 'phase.ended', phase: phase.name, at: clock.ns });
  return count;
}

/** Until no pod waits any more. Nodes on which none does stay behind: nothing on them concerns others. */
async function settle(world: World): Promise<void> {
  const { clock, real, signal } = world;
  let starting = real.filter((node) => node.isStarting);
  while (starting.length > 0 && !signal.aborted) {
    await world.advanceCluster(clock.ns + STEP_NS);
    for (const node of starting) node.advance(clock.ns);
    starting = starting.filter((node) => node.isStarting);
  }
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
