import { addressesOf, hasNamedPools, type PoolRoom, roomFor, roomOf } from '../capacity.ts';
import { forecast } from '../load/index.ts';
import { formatCount, formatDuration } from '../schema/quantities.ts';
import type { Path, Problem } from '../source/source.ts';
import type { ScenarioSpec } from '../spec.ts';

const PROBLEM = { code: 'not-enough-addresses' } as const;
const WAY = 'set `ipam.allowExhaustion: true` if running out is what you want to see';
const POOLS: Path = ['spec', 'lab', 'ipam', 'pools'];

/**
 * Whether there is an address for every pod, node and Service, by the schedule itself. To be asked only of a
 * spec without other errors.
 */
export function checkAddresses(spec: ScenarioSpec): Problem[] {
  if (spec.lab.ipam.allowExhaustion) return [];
  const pools = hasNamedPools(spec.lab.ipam.mode)
    ? inAll(spec)
    : roomOf(spec.lab).flatMap((room, index) => inPool(spec, room, [...POOLS, index]));
  return [...pools, ...forServices(spec)];
}

/** One CIDR a node, out of the one pool of a family. */
function inPool(spec: ScenarioSpec, room: PoolRoom, path: Path): Problem[] {
  const expected = forecast(spec);
  const { nodes, network, ipam } = spec.lab;
  const all = nodes + expected.hollowNodes;
  if (room.nodeCidrs < all) {
    const message = `expected a CIDR for each of ${formatCount(all)} nodes, got room for ${formatCount(Number(room.nodeCidrs))} of /${room.nodeMask}: give the pool more, use a longer mask, or ${WAY}`;
    return [{ ...PROBLEM, path: [...path, 'nodeMask'], message }];
  }
  if (room.perNode >= expected.addressesPerNode) return [];
  const cooling =
    network === 'churnlab' && ipam.cooldown > 0 && expected.addressesPerNode > expected.alivePerNode;
  const per = formatCount(expected.addressesPerNode);
  const taken = cooling
    ? `${formatCount(expected.alivePerNode)} of living pods, the rest within the cooldown of ${formatDuration(ipam.cooldown)}`
    : 'all of living pods';
  const shorter = cooling ? 'a shorter cooldown, ' : '';
  const message = `expected at least ${per} addresses on a node (${taken}), got ${formatCount(Number(room.perNode))} in a /${room.nodeMask}: use a shorter mask, ${shorter}fewer pods or more nodes, or ${WAY}`;
  return [{ ...PROBLEM, path: [...path, 'nodeMask'], message }];
}

/** Several pools: their sum must do. Which of them is asked for more than its part shows when it runs. */
function inAll(spec: ScenarioSpec): Problem[] {
  const expected = forecast(spec);
  const there = addressesOf(spec.lab);
  if (there >= expected.addresses) return [];
  const message = `expected at least ${formatCount(expected.addresses)} addresses in all pools together, got ${formatCount(there)}: give a pool more, or ${WAY}`;
  return [{ ...PROBLEM, path: POOLS, at: 'key', message }];
}

function forServices(spec: ScenarioSpec): Problem[] {
  const { services } = forecast(spec);
  return spec.phases.flatMap((phase, index): Problem[] => {
    if (phase.kind !== 'churn' || phase.subject !== 'service') return [];
    const there = roomFor(spec.lab, phase);
    if (there >= Math.min(services, phase.count)) return [];
    const what = phase.type === 'NodePort' ? 'addresses and node ports' : 'addresses';
    const message = `expected ${what} for ${formatCount(phase.count)} Services, got room for ${formatCount(there)}: widen \`lab.serviceCidrs\` and \`lab.nodePorts\`, or ${WAY}`;
    return [{ ...PROBLEM, path: ['spec', 'phases', index, 'services'], message }];
  });
}
