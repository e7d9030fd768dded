import { Cidr, type Family } from '../../ip/index.ts';
import { capacityOf } from '../../ipam/index.ts';
import type { PoolSpec, ScenarioSpec } from '../spec.ts';

/** What the pools of a lab have room for, one entry per pool. */
export interface PoolRoom {
  readonly family: Family;
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

function roomIn({ cidrs, nodeMask }: PoolSpec, network: string): PoolRoom {
  const parsed = cidrs.map((text) => Cidr.parse(text).cidr);
  const { family } = parsed[0]!;
  const { nodes, perNode } = capacityOf({ family, cidrs: parsed, maskSize: nodeMask });
  // The reference plugins put their gateway into the node's CIDR; ours is link-local.
  const gateway = network === 'churnlab' ? 0n : 1n;
  return { family, nodeCidrs: nodes, perNode: perNode - gateway, nodeMask };
}
