import { Cidr } from '../../ip/index.ts';
import {
  DEFAULT_POOL,
  type NodeAllocator,
  type NodeCidrFill,
  type NodeRequest,
  pieceMask,
} from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { AssignmentHost, NodeAssignment, RefusalReason } from '../../operator/node-spec/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Cluster, ClusterFill, ClusterObserver } from './cluster.ts';
import { fillOf } from './fill.ts';

const CAUSE: Readonly<Record<RefusalReason, Parameters<ClusterObserver['refused']>[1]>> = {
  CIDRNotAvailable: 'node-cidr-full',
  RateLimited: 'rate-limited',
  CIDRAssignmentFailed: 'other',
};

export interface NodeSpecClusterOptions {
  readonly clock: VirtualClock;
  readonly observer: ClusterObserver;
  readonly assign: (host: AssignmentHost) => NodeAssignment;
  /** A fresh allocator, as after a start; left out where a provider keeps what nodes have. */
  readonly allocator?: () => NodeAllocator;
}

/**
 * The modes that write CIDRs into Node objects: the operator's own assignment with its queue, on the virtual clock and
 * against objects in memory. A write takes no time and never fails, and is seen at once.
 */
export class NodeSpecCluster implements Cluster {
  readonly #options: NodeSpecClusterOptions;
  readonly #assignment: NodeAssignment;
  readonly #nodes = new Map<string, Node>();
  #sets: readonly NodeCidrFill[] | undefined;

  constructor(options: NodeSpecClusterOptions) {
    this.#options = options;
    const { clock, observer, assign } = options;
    this.#assignment = assign({
      clock,
      node: (name) => this.#nodes.get(name),
      write: async (node, cidrs) => this.#write(node, cidrs),
      refused: (node, reason) => observer.refused(node.metadata.name!, CAUSE[reason], reason),
      failed: () => {},
    });
    this.#assignment.start([]);
  }

  join({ name, labels }: NodeRequest): void {
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, uid: name, labels: { ...labels } },
    };
    this.#nodes.set(name, node);
    this.#assignment.see(node);
  }

  leave(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    for (const cidr of cidrsOf(node)) this.#options.observer.held(this.#poolOf(cidr), cidr, -1);
    this.#nodes.delete(name);
    this.#assignment.forget(node);
  }

  fill(): ClusterFill[] {
    return fillOf(this.#assignment.fill().map((fill) => ({ ...fill, maskSize: pieceMask(fill) })));
  }

  restart(): { nodes: number; ns: number } {
    const before = performance.now();
    const allocator = this.#options.allocator?.();
    for (const node of this.#nodes.values()) {
      const { metadata } = node;
      const cidrs = cidrsOf(node);
      if (cidrs.length > 0) allocator?.occupy({ name: metadata.name!, labels: metadata.labels ?? {} }, cidrs);
    }
    return { nodes: this.#nodes.size, ns: (performance.now() - before) * 1e6 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#assignment[Symbol.asyncDispose]();
  }

  #write(node: Node, cidrs: readonly Cidr[]): void {
    const name = node.metadata.name!;
    const podCIDRs = cidrs.map(String);
    const written: Node = { ...node, spec: { ...node.spec, podCIDR: podCIDRs[0]!, podCIDRs } };
    this.#nodes.set(name, written);
    for (const cidr of cidrs) this.#options.observer.held(this.#poolOf(cidr), cidr, 1);
    this.#options.observer.served(name, cidrs, this.#poolOf(cidrs[0]!));
    this.#assignment.see(written);
  }

  /** The pool whose CIDR a node's lies in. */
  #poolOf(cidr: Cidr): string {
    this.#sets ??= this.#assignment.fill();
    return this.#sets.find((set) => set.cidr.contains(cidr))?.pool ?? DEFAULT_POOL;
  }
}

function cidrsOf({ spec }: Node): Cidr[] {
  return (spec?.podCIDRs ?? []).map((text) => Cidr.parse(text).cidr);
}
