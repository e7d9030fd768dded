import type { RunEvent } from '../measure/index.ts';
import type { World } from './world.ts';

const SECOND_NS = 1e9;
/** At most so many samples; a longer run has fewer than one a second. */
const MAX_SAMPLES = 3600;

/** How full the pools were, once a second of virtual time, from what nodes and pods have left on their timelines. */
export function* fillEvents({ clock, cluster, nodes, pods }: World): Generator<RunEvent> {
  const width = Math.max(SECOND_NS, Math.ceil(clock.ns / MAX_SAMPLES / SECOND_NS) * SECOND_NS);
  const whole = Array.from({ length: Math.ceil(clock.ns / width) }, (_, i) => i * width);
  const instants = [...whole, clock.ns];
  const withCidrs = nodes.withCidrs.levels(instants);
  const used = pods.alive.levels(instants);
  const cooling = pods.cooling.levels(instants);
  const [waitingNodes, waitingPods] = [nodes.waiting.levels(instants), pods.waiting.levels(instants)];
  const fill = cluster.fill();
  const nodesHeld = withCidrs.at(-1) ?? 0;
  for (const [i, at] of instants.entries()) {
    yield {
      kind: 'ipam',
      at,
      view: {
        pools: fill.map(({ pool, family, perNode, nodeCidrs }) => ({
          ...{ pool, family, capacity: nodeCidrs.total * perNode },
          reserved: withCidrs[i]! * perNode,
          used: used[i]!,
          cooling: cooling[i]!,
          nodeCidrs: { total: nodeCidrs.total, used: nodeCidrs.used + withCidrs[i]! - nodesHeld },
        })),
        waitingNodes: waitingNodes[i]!,
        waitingPods: waitingPods[i]!,
      },
    };
  }
}
