import { forecast } from '../load/index.ts';
import { formatCount, formatDuration } from '../schema/quantities.ts';
import type { Problem } from '../source/source.ts';
import type { ScenarioSpec } from '../spec.ts';
import { roomOf } from './capacity.ts';

/**
 * Whether the pools have an address for every pod, by the schedule itself. To be asked only of a spec
 * without other errors.
 */
export function checkAddresses(spec: ScenarioSpec): Problem[] {
  if (spec.lab.ipam.allowExhaustion) return [];
  const expected = forecast(spec);
  const { nodes, network, ipam } = spec.lab;
  const cooling =
    network === 'churnlab' && ipam.cooldown > 0 && expected.addressesPerNode > expected.alivePerNode;
  return roomOf(spec.lab).flatMap((room, index): Problem[] => {
    const path = ['spec', 'lab', 'ipam', 'pools', index];
    const way = 'set `ipam.allowExhaustion: true` if running out is what you want to see';
    if (room.nodeCidrs < nodes) {
      const message = `expected a CIDR for each of ${formatCount(nodes)} nodes, got room for ${formatCount(Number(room.nodeCidrs))} of /${room.nodeMask}: give the pool more, use a longer mask, or ${way}`;
      return [{ path: [...path, 'nodeMask'], code: 'not-enough-addresses', message }];
    }
    if (room.perNode >= expected.addressesPerNode) return [];
    const per = formatCount(expected.addressesPerNode);
    const taken = cooling
      ? `${formatCount(expected.alivePerNode)} of living pods, the rest within the cooldown of ${formatDuration(ipam.cooldown)}`
      : 'all of living pods';
    const shorter = cooling ? 'a shorter cooldown, ' : '';
    const message = `expected at least ${per} addresses on a node (${taken}), got ${formatCount(Number(room.perNode))} in a /${room.nodeMask}: use a shorter mask, ${shorter}fewer pods or more nodes, or ${way}`;
    return [{ path: [...path, 'nodeMask'], code: 'not-enough-addresses', message }];
  });
}
