import { type NodePhase, schedule } from '../../scenario/index.ts';
import { hollowRequest } from '../names.ts';
import type { World } from '../world.ts';
import { type End, releaseOf } from './release.ts';

/** How finely the end of a phase is looked for, ns. */
const STEP_NS = 100e6;

/** Lets hollow nodes come and waits until each has its CIDRs or has been given up. @returns how many came */
export async function nodePhase(world: World, phase: NodePhase): Promise<number> {
  const { clock, spec, nodes, cluster, signal } = world;
  const begin = clock.ns;
  world.begin(phase.name, phase.count, phase.deadline);
  const leave = (name: string, by?: Parameters<End>[1]): void => {
    nodes.left(name, by);
    cluster.leave(name);
  };
  let last = begin;
  for (const { name, index, offset, lifetime } of schedule(phase, spec.seed, spec.lab.nodes)) {
    last = begin + offset;
    clock.at(last, () => {
      nodes.joined(name, phase.name, clock.ns, () => {
        if (lifetime < Number.POSITIVE_INFINITY) clock.at(clock.ns + lifetime, () => leave(name));
      });
      cluster.join(hollowRequest(name, index, spec.lab.zones));
      clock.at(clock.ns + phase.deadline, () => {
        if (!nodes.isServed(name)) leave(name);
      });
    });
  }
  const living = (): End[] =>
    nodes
      .names((node) => node.isHollow && node.served && node.phase !== phase.name)
      .map(
        (name): End =>
          (at, by) =>
            void clock.at(at, () => leave(name, by)),
      );
  const release = releaseOf(world, phase, begin, living);
  if (release) clock.at(release.at, () => release.act());
  await world.advanceCluster(last);
  while (!signal.aborted && (nodes.withoutIn(phase.name) > 0 || (release && clock.ns < release.last)))
    await world.advanceCluster(clock.ns + STEP_NS);
  world.event({ kind: 'phase.ended', phase: phase.name, at: clock.ns });
  return phase.count;
}
