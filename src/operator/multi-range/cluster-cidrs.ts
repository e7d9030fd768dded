import type { Cidr } from '../../ip/index.ts';
import { type ClusterCidrSpec, MultiRangeAllocator } from '../../ipam/index.ts';
import { CLUSTER_CIDRS, type ClusterCidr, Informer, type KubeClient } from '../../kube/index.ts';
import { WORKERS } from '../node-spec/node-assignment.ts';
import type { Clock } from '../queue/clock.ts';
import { RateLimitedQueue } from '../queue/rate-limited-queue.ts';

/** Keeps the object until no node has a CIDR of it. */
export const FINALIZER = 'churnlab.dev/cluster-cidr-finalizer';
/** maxRetries in pkg/controller/nodeipam/ipam/multi_cidr_range_allocator.go. */
const MAX_RETRIES = 15;

export interface ClusterCidrsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly onError: (error: unknown, name: string) => void;
}

/**
 * Keeps the allocator in step with ClusterCIDR objects. One that is deleted while nodes have CIDRs of it is looked at
 * again 15 times, after ever longer waits (up to 82 s, 164 s in all), then at its next event: a node that leaves wakes
 * nobody.
 */
export class ClusterCidrs implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #onError: ClusterCidrsOptions['onError'];
  readonly #objects: Informer<ClusterCidr>;
  readonly #queue: RateLimitedQueue;
  #allocator: MultiRangeAllocator | undefined;

  constructor({ client, clock, onError }: ClusterCidrsOptions) {
    this.#client = client;
    this.#onError = onError;
    this.#objects = new Informer<ClusterCidr>(client, CLUSTER_CIDRS);
    this.#queue = new RateLimitedQueue((name) => this.#sync(name), {
      ...{ workers: WORKERS, maxRetries: MAX_RETRIES, clock, onError },
    });
  }

  /** Resolves when all objects are known. */
  prepare(): Promise<void> {
    return this.#objects.start();
  }

  /** An allocator with what the objects say. Those that cannot be are told and left out. */
  allocator(serviceCidrs: readonly Cidr[]): MultiRangeAllocator {
    const clusterCidrs = [...this.#objects.list()].map(specOf).filter((spec) => this.#isValid(spec));
    this.#allocator = new MultiRangeAllocator({ clusterCidrs, serviceCidrs });
    return this.#allocator;
  }

  /** Keeps the allocator in step from now on; to be called when it knows what nodes have. */
  follow(): void {
    for (const { metadata } of this.#objects.list()) {
      // One that was changed is not allocated from after a restart: pieces of its earlier form may be in use.
      const isRetired = metadata.deletionTimestamp || (metadata.generation ?? 1) > 1;
      if (isRetired) this.#allocator!.removeClusterCidr(metadata.name!);
    }
    this.#objects.onChange(({ metadata }) => this.#queue.add(metadata.name!));
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#objects[Symbol.asyncDispose](), this.#queue[Symbol.asyncDispose]()]);
  }

  async #sync(name: string): Promise<void> {
    const object = this.#objects.get(name);
    const allocator = this.#allocator!;
    if (object === undefined || object.metadata.deletionTimestamp) {
      const nodes = allocator.removeClusterCidr(name);
      if (object === undefined) return;
      if (nodes.length > 0)
        throw new Error(`ClusterCIDR ${name} is deleted when these have left: ${nodes.join(', ')}`);
      await this.#setFinalizers(object, (finalizers) => finalizers.filter((each) => each !== FINALIZER));
      return;
    }
    if (object.metadata.finalizers?.includes(FINALIZER)) return;
    if (![...allocator.clusterCidrs].some((known) => known.name === name)) {
      allocator.addClusterCidr(specOf(object));
    }
    await this.#setFinalizers(object, (finalizers) => [...finalizers, FINALIZER]);
  }

  #isValid(spec: ClusterCidrSpec): boolean {
    try {
      return new MultiRangeAllocator({ clusterCidrs: [spec], serviceCidrs: [] }) !== undefined;
    } catch (error) {
      this.#onError(error, spec.name);
      return false;
    }
  }

  async #setFinalizers(
    { metadata }: ClusterCidr,
    change: (finalizers: readonly string[]) => readonly string[],
  ): Promise<void> {
    const { name, resourceVersion, finalizers: before = [] } = metadata;
    const finalizers = change(before);
    if (finalizers.join() === before.join()) return;
    const body = { metadata: { resourceVersion, finalizers } };
    await this.#client.patch(CLUSTER_CIDRS, name!, undefined, { type: 'merge', body });
  }
}

function specOf({ metadata, spec }: ClusterCidr): ClusterCidrSpec {
  return { name: metadata.name!, ...spec };
}
