import type { Cidr } from '../../ip/index.ts';
import type { NodeAllocator, NodeCidrFill } from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { MetricFamily } from '../../stats/prometheus/index.ts';
import { FixedQueue } from '../queue/fixed-queue.ts';
import { NodeAllocation } from './node-allocation.ts';
import { type AssignmentHost, type NodeAssignment, WORKERS } from './node-assignment.ts';

/** cidrUpdateQueueSize in pkg/controller/nodeipam/ipam, up to Kubernetes 1.27. */
export const QUEUE_LENGTH = 5000;

/** What was decided for a node, to be written. */
interface Reserved {
  readonly node: Node;
  readonly cidrs: readonly Cidr[];
}

/**
 * As kube-controller-manager did it before it had a work queue (pkg/controller/nodeipam/ipam/range_allocator.go, up to
 * 1.27): CIDRs are decided in the order of events and written by workers. A node that finds none, or whose CIDRs
 * could not be written in three tries, is forgotten until its next event. Upstream put the latter back into the
 * channel with CIDRs that were free again by then, so that two nodes could have the same: that is not copied.
 */
export class FixedAssignment implements NodeAssignment {
  readonly #host: AssignmentHost;
  readonly #cidrs: NodeAllocation;
  readonly #queue: FixedQueue<Reserved>;
  readonly #inProcessing = new Set<string>();

  constructor(allocator: NodeAllocator, host: AssignmentHost) {
    this.#host = host;
    this.#cidrs = new NodeAllocation(allocator, host);
    this.#queue = new FixedQueue<Reserved>((reserved) => this.#write(reserved), {
      ...{ length: QUEUE_LENGTH, workers: WORKERS, clock: host.clock },
      onError: ({ error, item }) => host.failed(error, item.node.metadata.name!),
    });
  }

  async prepare(): Promise<void> {}

  start(nodes: readonly Node[]): void {
    this.#cidrs.start(nodes);
  }

  see(node: Node): void {
    this.#queue.handle(() => this.#reserve(node));
  }

  /** Waits its turn among the events. */
  forget(node: Node): void {
    this.#queue.handle(() => {
      this.#cidrs.forget(node);
      return undefined;
    });
  }

  fill(): readonly NodeCidrFill[] {
    return this.#cidrs.fill();
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  metrics(prefix: string): MetricFamily[] {
    return this.#queue.metrics.families(prefix, this.#queue.depth, this.#queue.delayed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  #reserve(node: Node): Reserved | undefined {
    const name = node.metadata.name!;
    if (this.#inProcessing.has(name)) return undefined;
    try {
      if (this.#cidrs.occupy(node)) return undefined;
      const cidrs = this.#cidrs.allocate(node);
      this.#inProcessing.add(name);
      return { node, cidrs };
    } catch (error) {
      this.#host.failed(error, name);
      return undefined;
    }
  }

  async #write({ node, cidrs }: Reserved): Promise<void> {
    const name = node.metadata.name!;
    try {
      if (this.#host.node(name)?.metadata.uid === node.metadata.uid) await this.#cidrs.write(node, cidrs);
    } finally {
      this.#inProcessing.delete(name);
    }
  }
}
