import type { Cidr } from '../ip/index.ts';

/** What an allocator is told of a node. */
export interface NodeRequest {
  readonly name: string;
  /** The node's labels, for allocators that select by them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Fill of one configured CIDR, counted in pieces that nodes get. */
export interface NodeCidrFill {
  readonly pool: string;
  readonly cidr: Cidr;
  readonly capacity: bigint;
  readonly used: number;
}

/** Prefix length of the pieces that a CIDR is cut into. They are equal parts, so their number is a power of two. */
export function pieceMask({ cidr, capacity }: NodeCidrFill): number {
  return cidr.prefix + capacity.toString(2).length - 1;
}

/**
 * Gives CIDRs to nodes. Pure: decides in memory, in the order of its calls; whoever calls makes decisions known, and
 * after a restart calls occupy() for all nodes that have CIDRs before it allocates any. When a refused node is tried
 * again is the caller's policy: it is what the allocators of the field differ in.
 */
export interface NodeAllocator {
  /** Takes the CIDRs that stand in a node's object. @throws IpamError */
  occupy(node: NodeRequest, listed: readonly Cidr[]): void;
  /**
   * The node's CIDRs: those it has, or new ones.
   * @throws IpamError `node-cidr-full` when there is none left
   */
  allocate(node: NodeRequest): readonly Cidr[];
  /** Frees the node's CIDRs. */
  release(node: string): void;
  cidrsOf(node: string): readonly Cidr[];
  fill(): readonly NodeCidrFill[];
}
