import type { NodeAllocator, NodeCidrFill } from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { MetricFamily } from '../../stats/prometheus/index.ts';
import { RateLimitedQueue } from '../queue/rate-limited-queue.ts';
import { NodeAllocation } from './node-allocation.ts';
import { type AssignmentHost, type NodeAssignment, WORKERS } from './node-assignment.ts';

/**
 * As kube-controller-manager 1.34 does it (pkg/controller/nodeipam/ipam/range_allocator.go): a refused node comes back
 * by its own backoff, at most 1,000 s, or at its next event; nobody is woken when a CIDR becomes free.
 */
export class RateLimitedAssignment implements NodeAssignment {
  readonly #host: AssignmentHost;
  readonly #cidrs: NodeAllocation;
  readonly #queue: RateLimitedQueue;

  constructor(allocator: NodeAllocator, host: AssignmentHost) {
    this.#host = host;
    this.#cidrs = new NodeAllocation(allocator, host);
    this.#queue = new RateLimitedQueue((name) => this.#sync(name), {
      workers: WORKERS,
      clock: host.clock,
      onError: (error, name) => host.failed(error, name),
    });
  }

  async prepare(): Promise<void> {}

  start(nodes: readonly Node[]): void {
    this.#cidrs.start(nodes);
  }

  see({ metadata }: Node): void {
    this.#queue.add(metadata.name!);
  }

  forget(node: Node): void {
    this.#cidrs.forget(node);
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

  async #sync(name: string): Promise<void> {
    const node = this.#host.node(name);
    if (node === undefined || node.metadata.deletionTimestamp || this.#cidrs.occupy(node)) return;
    await this.#cidrs.write(node, this.#cidrs.allocate(node));
  }
}
