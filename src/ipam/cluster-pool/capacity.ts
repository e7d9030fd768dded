import { usableSize } from '../../ip/index.ts';
import type { FamilyPoolSpec } from './cluster-pool-config.ts';

/** What the CIDRs of one family have room for. Counts are exact, so bigint: an IPv6 node may hold 2^64 addresses. */
export interface PoolCapacity {
  /** Nodes that get a CIDR. */
  readonly nodes: bigint;
  /** Addresses of one node's CIDR, without the first and the last (IPv6: the first), which no pod can have. */
  readonly perNode: bigint;
}

/** How far the CIDRs of a cluster pool reach; their masks must lie between their prefixes and the family's bits. */
export function capacityOf({ cidrs, maskSize }: FamilyPoolSpec): PoolCapacity {
  return {
    nodes: cidrs.reduce((sum, cidr) => sum + cidr.subnetCount(maskSize), 0n),
    perNode: usableSize(cidrs[0]!.subnet(maskSize, 0)),
  };
}
