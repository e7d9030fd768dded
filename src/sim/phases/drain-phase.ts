import type { InvariantResult } from '../../measure/index.ts';
import type { DrainPhase } from '../../scenario/index.ts';
import type { World } from '../world.ts';

/** Ends all pods and hollow nodes at one instant, and says what is left of them. */
export async function drainPhase(world: World, phase: DrainPhase): Promise<InvariantResult[]> {
  const { clock, real, nodes, cluster, spec } = world;
  world.begin(phase.name, 0, phase.deadline);
  const at = clock.ns;
  for (const node of real) for (const pod of node.pods()) node.end(pod, at);
  await world.advance(at);
  for (const name of nodes.names(({ isHollow }) => isHollow)) {
    nodes.left(name);
    cluster.leave(name);
  }
  await world.advance(at + Math.max(phase.deadline, spec.lab.ipam.cooldown));
  world.event({ kind: 'phase.ended', phase: phase.name, at: clock.ns });
  const leases = real.reduce((sum, node) => sum + node.pods().length, 0);
  const held = nodes.names(({ served }) => served).length;
  const used = cluster.fill().reduce((sum, { nodeCidrs }) => sum + nodeCidrs.used, 0);
  return [
    left('leftover-leases', 'after the drain no pod holds an address', leases, at),
    left(
      'leftover-node-cidrs',
      'after the drain no CIDR is held for a node that is gone',
      used - world.taken - held * world.families.length,
      at,
    ),
  ];
}

function left(name: string, title: string, violations: number, at: number): InvariantResult {
  const result = { name, title, checks: 1, violations: Math.max(0, violations) };
  return violations > 0 ? { ...result, witness: { text: `${violations} are left`, at, ageNs: 0 } } : result;
}
