import type { Cidr } from '../../ip/index.ts';
import type { NodeRequest } from '../../ipam/index.ts';
import type { IpamSample } from '../../measure/index.ts';

/** What the cluster's side tells of nodes, at the instants at which it happens. */
export interface ClusterObserver {
  /** The CIDRs stand in the node's object; all of one pool, where there are several to choose from. */
  served(node: string, cidrs: readonly Cidr[], pool?: string): void;
  /** A CIDR stands in a node's object now (1), or no longer (-1). */
  held(pool: string, cidr: Cidr, change: 1 | -1): void;
  /** The node found none and waits. */
  refused(node: string, cause: 'node-cidr-full' | 'rate-limited' | 'other', message: string): void;
}

type PoolSample = IpamSample['pools'][number];
/** One configured CIDR, or several of a pool and family together. */
export type ClusterFill = Pick<PoolSample, 'pool' | 'family' | 'nodeCidrs'> & {
  /** Addresses of pods in one piece. */
  readonly perNode: number;
};

/** Who gives nodes their CIDRs, on the virtual clock; the decisions are those of src/ipam and src/operator. */
export interface Cluster extends AsyncDisposable {
  /** A node has come. */
  join(node: NodeRequest): void;
  /** A node has gone. */
  leave(node: string): void;
  fill(): ClusterFill[];
  /**
   * What a restart does: a new allocator that is told what stands in all nodes' objects. Returns for how many, and how
   * long that took, ns of real time. The simulation goes on with the old one.
   */
  restart(): { readonly nodes: number; readonly ns: number };
}
