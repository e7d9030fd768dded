import type { Cidr } from '../../ip/index.ts';
import {
  ClusterPool,
  type ClusterPoolSpec,
  DEFAULT_POOL,
  IpamError,
  type NodeRequest,
} from '../../ipam/index.ts';
import type { Cluster, ClusterFill, ClusterObserver } from './cluster.ts';
import { fillOf } from './fill.ts';

/** Mode `cluster-pool`: decided in the order of events; whatever becomes free goes to who has waited the longest. */
export class ClusterPoolCluster implements Cluster {
  readonly #spec: ClusterPoolSpec;
  readonly #pool: ClusterPool;
  readonly #observer: ClusterObserver;
  readonly #nodes = new Set<string>();

  constructor(spec: ClusterPoolSpec, observer: ClusterObserver) {
    this.#spec = spec;
    this.#pool = new ClusterPool(spec);
    this.#observer = observer;
  }

  join({ name }: NodeRequest): void {
    this.#nodes.add(name);
    try {
      this.#served(name, this.#pool.allocateNode(name));
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      this.#observer.refused(name, 'node-cidr-full', error.message);
    }
  }

  leave(name: string): void {
    this.#nodes.delete(name);
    for (const cidr of this.#pool.cidrsOf(name)) this.#observer.held(DEFAULT_POOL, cidr, -1);
    for (const { node, cidrs } of this.#pool.releaseNode(name).served) this.#served(node, cidrs);
  }

  fill(): ClusterFill[] {
    return fillOf(
      this.#pool.stats().map(({ cidr, maskSize, size, used }) => ({
        pool: DEFAULT_POOL,
        cidr,
        maskSize,
        capacity: size,
        used,
      })),
    );
  }

  restart(): { nodes: number; ns: number } {
    const listed = Array.from(this.#nodes, (node) => ({ node, cidrs: this.#pool.cidrsOf(node) }));
    const before = performance.now();
    const pool = new ClusterPool(this.#spec);
    for (const { node, cidrs } of listed) if (cidrs.length > 0) pool.occupy(node, cidrs);
    return { nodes: listed.length, ns: (performance.now() - before) * 1e6 };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #served(node: string, cidrs: readonly Cidr[]): void {
    for (const cidr of cidrs) this.#observer.held(DEFAULT_POOL, cidr, 1);
    this.#observer.served(node, cidrs);
  }
}
