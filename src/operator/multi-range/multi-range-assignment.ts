import type { Cidr } from '../../ip/index.ts';
import type { NodeCidrFill } from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { MetricFamily } from '../../stats/prometheus/index.ts';
import type { AssignmentHost, NodeAssignment } from '../node-spec/node-assignment.ts';
import { RateLimitedAssignment } from '../node-spec/rate-limited-assignment.ts';
import type { ClusterCidrs } from './cluster-cidrs.ts';

/**
 * As kube-controller-manager 1.25 to 1.28 did it with ClusterCIDR objects
 * (pkg/controller/nodeipam/ipam/multi_cidr_range_allocator.go): the queue of nodes is that of mode `range`. A new
 * ClusterCIDR wakes no node either: a refused one comes back by its backoff, or at its next event.
 */
export class MultiRangeAssignment implements NodeAssignment {
  readonly #clusterCidrs: ClusterCidrs;
  readonly #serviceCidrs: readonly Cidr[];
  readonly #host: AssignmentHost;
  #nodes: RateLimitedAssignment | undefined;

  constructor(clusterCidrs: ClusterCidrs, serviceCidrs: readonly Cidr[], host: AssignmentHost) {
    this.#clusterCidrs = clusterCidrs;
    this.#serviceCidrs = serviceCidrs;
    this.#host = host;
  }

  prepare(): Promise<void> {
    return this.#clusterCidrs.prepare();
  }

  start(nodes: readonly Node[]): void {
    this.#nodes = new RateLimitedAssignment(this.#clusterCidrs.allocator(this.#serviceCidrs), this.#host);
    this.#nodes.start(nodes);
    this.#clusterCidrs.follow();
  }

  see(node: Node): void {
    this.#nodes!.see(node);
  }

  forget(node: Node): void {
    this.#nodes!.forget(node);
  }

  fill(): readonly NodeCidrFill[] {
    return this.#nodes?.fill() ?? [];
  }

  async idle(): Promise<void> {
    await Promise.all([this.#clusterCidrs.idle(), this.#nodes?.idle()]);
  }

  metrics(prefix: string): MetricFamily[] {
    return this.#nodes?.metrics(prefix) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clusterCidrs[Symbol.asyncDispose]();
    await this.#nodes?.[Symbol.asyncDispose]();
  }
}
