import { Cidr, usableSize } from '../../ip/index.ts';
import type { PoolSpec, ScenarioSpec } from '../spec.ts';

/** What the pools of a lab have room for, one entry per pool. */
export interface PoolRoom {
  readonly family: 'ipv4' | 'ipv6';
  /** Node CIDRs that can be cut out of the pool. */
  readonly nodeCidrs: bigint;
  /** Pod addresses in one node CIDR. */
  readonly perNode: bigint;
  readonly nodeMask: number;
}

/** Room in each pool of a spec whose CIDRs have been checked. */
export function roomOf(lab: ScenarioSpec['lab']): PoolRoom[] {
  return lab.ipam.pools.map((pool) => roomIn(pool, lab.network));
}

function roomIn(pool: PoolSpec, network: string): PoolRoom {
  const cidrs = pool.cidrs.map((text) => Cidr.parse(text).cidr);
  const first = cidrs[0]!;
  const part = Cidr.around(first.network, pool.nodeMask);
  // The reference plugins put their gateway into the node's CIDR; ours is link-local.
  const gateway = network === 'churnlab' ? 0n : 1n;
  return {
    family: first.family,
    nodeCidrs: cidrs.reduce((sum, cidr) => sum + cidr.subnetCount(pool.nodeMask), 0n),
    perNode: usableSize(part) - gateway,
    nodeMask: pool.nodeMask,
  };
}
