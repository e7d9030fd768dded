import { type Family, familyBits, usableSize } from '../ip/index.ts';
import type { FamilyPoolSpec } from './cluster-pool/cluster-pool-config.ts';
import { IpamError } from './ipam-error.ts';
import { ClusterCidr } from './multi-range/cluster-cidr.ts';
import { clusterCidr, onlyCidr } from './range/range-config.ts';

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

/** How CIDRs are cut for nodes, by the names of the scenario's modes. */
type CuttingMode = 'cluster-pool' | 'multi-pool' | 'range' | 'multi-range' | 'cloud' | 'kcm';

export interface CapacityQuestion {
  readonly mode: CuttingMode;
  /** The families of one pool. */
  readonly families: readonly FamilyPoolSpec[];
  /** Pods a node is meant to hold; as many as fit if left out. */
  readonly podsPerNode?: bigint | undefined;
  /** Addresses kept back in each piece beside its first and last: 1 where host-local has its gateway there. */
  readonly keptBack?: bigint | undefined;
}

/** One family of a pool on paper. All but `nodes` and `perNode` count addresses; those lost and `pods` make up all. */
export interface FamilyRoom extends PoolCapacity {
  readonly family: Family;
  readonly addresses: bigint;
  /** Of every piece those that no pod can have: network, broadcast, gateway. */
  readonly lostToPieces: bigint;
  /** In pieces for which the other family has none. */
  readonly lostToOtherFamily: bigint;
  /** Beyond what a node's pods need, since a piece is a power of two. */
  readonly lostToRounding: bigint;
}

export interface CapacityPlan {
  /** Nodes that get their CIDRs; in `multi-pool`, where a node gets as many as it needs, pieces to give away. */
  readonly nodes: bigint;
  readonly podsPerNode: bigint;
  readonly pods: bigint;
  readonly families: readonly FamilyRoom[];
}

/**
 * How many nodes and pods there is room for in one pool.
 * @throws IpamError `config-invalid` in the allocator's words when its own rules forbid the pool
 */
export function planCapacity(question: CapacityQuestion): CapacityPlan {
  const { families, podsPerNode: wanted, keptBack = 0n } = question;
  refuse(question);
  const rooms = families.map((pool) => ({ pool, ...capacityOf(pool) }));
  const nodes = least(rooms.map((room) => room.nodes));
  const usable = least(rooms.map(({ perNode }) => perNode - keptBack));
  const podsPerNode = wanted === undefined ? usable : least([wanted, usable]);
  return {
    nodes,
    podsPerNode,
    pods: nodes * podsPerNode,
    families: rooms.map(({ pool: { family, cidrs, maskSize }, nodes: own, perNode }) => {
      const addresses = cidrs.reduce((sum, { size }) => sum + size, 0n);
      const pieceSize = 1n << BigInt(familyBits(family) - maskSize);
      return {
        family,
        nodes: own,
        perNode: perNode - keptBack,
        addresses,
        lostToPieces: nodes * (pieceSize - perNode + keptBack),
        lostToOtherFamily: (own - nodes) * pieceSize,
        lostToRounding: nodes * (perNode - keptBack - podsPerNode),
      };
    }),
  };
}

/** Asks the allocators themselves. */
function refuse({ mode, families }: CapacityQuestion): void {
  if (mode === 'range' || mode === 'kcm') for (const pool of families) clusterCidr(pool);
  if (mode !== 'multi-range') return;
  const hostBits = families.map(({ family, maskSize }) => familyBits(family) - maskSize);
  if (new Set(hostBits).size > 1) {
    const message = `Expected the same perNodeHostBits in both families, got ${hostBits.join(' and ')}`;
    throw new IpamError('config-invalid', message);
  }
  const cidrs = families.map((pool) => [pool.family, onlyCidr(pool).toString()]);
  new ClusterCidr({ name: 'plan', perNodeHostBits: hostBits[0]!, ...Object.fromEntries(cidrs) });
}

function least([first, ...others]: readonly bigint[]): bigint {
  let low = first!;
  for (const value of others) if (value < low) low = value;
  return low;
}
