import type { Cidr, Family } from '../../ip/index.ts';

/** CIDRs that one pool of a node has. */
export interface PoolCidrs {
  readonly pool: string;
  readonly cidrs: readonly Cidr[];
}

/** How many addresses of a pool a node wants to have. A family that is left out: none. */
export interface PoolNeed {
  readonly pool: string;
  readonly needed: { readonly [family in Family]?: number };
}

/** What stands in a node's object. */
export interface NodePools {
  readonly requested: readonly PoolNeed[];
  readonly allocated: readonly PoolCidrs[];
}

/**
 * How many addresses a node should have of a pool of which it uses some: those in use in whole steps, and a step
 * more (neededIPCeil in Cilium's pkg/ipam/multipool_manager.go).
 * @param preAllocate size of a step; 0: no more than are in use
 */
export function neededAddresses(inUse: number, preAllocate: number): number {
  if (preAllocate === 0) return inUse;
  return Math.ceil(inUse / preAllocate) * preAllocate + preAllocate;
}
