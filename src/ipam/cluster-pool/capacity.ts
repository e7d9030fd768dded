import { type Cidr, type Family, familyBits, usableSize } from '../../ip/index.ts';
import type { ClusterPoolSpec, FamilyPoolSpec } from './cluster-pool-config.ts';

/** What one family has room for. Counts are exact, so bigint: an IPv6 node may hold 2^64 addresses. */
interface FamilyCapacity {
  readonly family: Family;
  readonly maskSize: number;
  readonly cidrs: readonly { readonly cidr: Cidr; readonly nodes: bigint }[];
  readonly nodes: bigint;
  /** Addresses of one node's piece that pods can have. */
  readonly podsPerNode: bigint;
  /** All addresses in the CIDRs. */
  readonly addresses: bigint;
  /** Of them, those no pod can ever have: the first and the last (IPv6: the first) of each piece. */
  readonly reserved: bigint;
}

interface Capacity {
  readonly families: readonly FamilyCapacity[];
  /** Nodes that get a CIDR of every family. */
  readonly nodes: bigint;
  /** The family that runs out first; the first one when they run out together. */
  readonly limitedBy: Family;
  /** Pods one node can hold: the smallest of the pieces, and of the limit that was asked for. */
  readonly podsPerNode: bigint;
  readonly pods: bigint;
}

/** How far a cluster pool reaches. `maxPodsPerNode` is the kubelet's limit, if there is one. */
export function capacityOf(spec: ClusterPoolSpec, maxPodsPerNode?: number): Capacity {
  const families = spec.families.map(familyCapacity);
  const tightest = families.reduce((least, next) => (next.nodes < least.nodes ? next : least));
  const limits = families.map(({ podsPerNode }) => podsPerNode);
  if (maxPodsPerNode !== undefined) limits.push(BigInt(maxPodsPerNode));
  const podsPerNode = limits.toSorted((a, b) => (a < b ? -1 : 1))[0]!;
  const { nodes, family: limitedBy } = tightest;
  return { families, nodes, limitedBy, podsPerNode, pods: nodes * podsPerNode };
}

function familyCapacity({ family, maskSize, cidrs }: FamilyPoolSpec): FamilyCapacity {
  const perCidr = cidrs.map((cidr) => ({ cidr, nodes: cidr.subnetCount(maskSize) }));
  const nodes = perCidr.reduce((sum, one) => sum + one.nodes, 0n);
  const piece = 1n << BigInt(familyBits(family) - maskSize);
  const podsPerNode = usableSize(cidrs[0]!.subnet(maskSize, 0));
  const reserved = nodes * (piece - podsPerNode);
  return { family, maskSize, cidrs: perCidr, nodes, podsPerNode, addresses: nodes * piece, reserved };
}
