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
  const pools = cluster.fill().map(({ pool, family, perNode, nodeCidrs: { total, used } }) => {
    const held = nodes.heldOf(pool, family).levels(instants);
    const tally = pods.pool(pool);
    return {
      ...{ pool, family, perNode, total, held },
      // What else is taken, for Services, was so all the time.
      other: used - held.at(-1)!,
      used: tally.used.levels(instants),
      cooling: tally.cooling.levels(instants),
    };
  });
  const [waitingNodes, waitingPods] = [nodes.waiting.levels(instants), pods.waiting.levels(instants)];
  for (const [i, at] of instants.entries()) {
    yield {
      kind: 'ipam',
      at,
      view: {
        pools: pools.map(({ pool, family, perNode, total, held, other, used, cooling }) => ({
          ...{ pool, family, capacity: total * perNode, reserved: held[i]! * perNode },
          ...{ used: used[i]!, cooling: cooling[i]! },
          nodeCidrs: { total, used: other + held[i]! },
        })),
        waitingNodes: waitingNodes[i]!,
        waitingPods: waitingPods[i]!,
      },
    };
  }
}
