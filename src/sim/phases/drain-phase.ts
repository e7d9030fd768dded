import type { InvariantResult } from '../../measure/index.ts';
import type { DrainPhase } from '../../scenario/index.ts';
import type { World } from '../world.ts';

/** How finely the end of the drain is looked for, ns. */
const STEP_NS = 100e6;

/** Ends all pods and hollow nodes at one instant, and says what is left of them. */
export async function drainPhase(world: World, phase: DrainPhase): Promise<InvariantResult[]> {
  const { clock, real, nodes, cluster } = world;
  world.begin(phase.name, 0, phase.deadline);
  const at = clock.ns;
  for (const node of real) for (const pod of node.pods()) node.end(pod, at);
  await world.advance(at);
  for (const name of nodes.names(({ isHollow }) => isHollow)) {
    nodes.left(name);
    cluster.leave(name);
  }
  const left = (): number => {
    const held = nodes.names(({ served }) => served).length * world.families.length;
    return cluster.fill().reduce((sum, { nodeCidrs }) => sum + nodeCidrs.used, 0) - world.taken - held;
  };
  while (left() > 0 && clock.ns < at + phase.deadline) await world.advanceCluster(clock.ns + STEP_NS);
  world.event({ kind: 'phase.ended', phase: phase.name, at: clock.ns });
  const leases = real.reduce((sum, node) => sum + node.pods().length, 0);
  return [
    leftover('leftover-leases', 'after the drain no pod holds an address', leases, at),
    leftover('leftover-node-cidrs', 'after the drain no CIDR is held for a node that is gone', left(), at),
  ];
}

function leftover(name: string, title: string, violations: number, at: number): InvariantResult {
  const result = { name, title, checks: 1, violations: Math.max(0, violations) };
  return violations > 0 ? { ...result, witness: { text: `${violations} are left`, at, ageNs: 0 } } : result;
}
