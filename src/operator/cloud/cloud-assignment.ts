import { decideCloudCidrs, type NodeCidrFill } from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { MetricFamily } from '../../stats/prometheus/index.ts';
import { QUEUE_LENGTH } from '../node-spec/fixed-assignment.ts';
import { type AssignmentHost, type NodeAssignment, WORKERS } from '../node-spec/node-assignment.ts';
import { podCidrsOf } from '../node-spec/pod-cidrs.ts';
import { FixedQueue } from '../queue/fixed-queue.ts';
import { CloudRetries } from './cloud-retries.ts';

/** Who has CIDRs for nodes, outside of the cluster. */
export interface NodeCidrProvider extends AsyncDisposable {
  /** Nodes that have CIDRs. */
  list(): Promise<readonly string[]>;
  /** The node's CIDRs, the same each time. `onRateLimited` is called when it takes longer because of others. */
  allocate(node: string, onRateLimited: () => void): Promise<readonly string[]>;
  /** Takes the node's CIDRs back, if it has any. */
  release(node: string): Promise<void>;
  /** As of its last answer. */
  readonly fill: readonly NodeCidrFill[];
  /** Requests so far that were too many at a time. */
  readonly rateLimited: number;
}

/** Wait before the CIDRs of a node that is gone are given back, after many failures. */
const GIVE_BACK_MS = 5000;

/**
 * As CloudCIDRAllocator of kube-controller-manager did it (pkg/controller/nodeipam/ipam/cloud_cidr_allocator.go, up to
 * 1.30): workers ask the provider, and write what it says. A node that it refuses is asked for again ten times within
 * 35 s or so, then at its next event. A request too many is not a refusal: it waits in the client. Unlike there, where
 * a range goes with its machine, this gives back the CIDRs of nodes that are gone, at its start as well.
 */
export class CloudAssignment implements NodeAssignment {
  readonly #provider: NodeCidrProvider;
  readonly #host: AssignmentHost;
  readonly #queue: FixedQueue<string>;
  readonly #retries: CloudRetries;
  readonly #inProcessing = new Set<string>();
  /** Nodes whose CIDRs are to be given back before anything else is asked for them. */
  readonly #gone = new Set<string>();
  /** Uids of nodes that have what the provider says. */
  readonly #settled = new Map<string, string | undefined>();

  /** @param random 0 to 1, by which waits vary */
  constructor(provider: NodeCidrProvider, host: AssignmentHost, random?: () => number) {
    this.#provider = provider;
    this.#retries = new CloudRetries(random);
    this.#host = host;
    this.#queue = new FixedQueue<string>((name) => this.#process(name), {
      ...{ length: QUEUE_LENGTH, workers: WORKERS, clock: host.clock },
      onError: ({ error, item }) => host.failed(error, item),
    });
  }

  async prepare(): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        for (const name of await this.#provider.list()) this.#gone.add(name);
        return;
      } catch (error) {
        this.#host.failed(error, 'provider');
        await new Promise<void>((resolve) =>
          this.#host.clock.after(100 * 2 ** Math.min(failures, 6), resolve),
        );
      }
    }
  }

  start(nodes: readonly Node[]): void {
    for (const { metadata } of nodes) this.#gone.delete(metadata.name!);
    for (const name of this.#gone) this.#enqueue(name);
  }

  see({ metadata, spec }: Node): void {
    const isSettled = this.#settled.get(metadata.name!) === metadata.uid;
    if (isSettled && spec?.podCIDR) return;
    this.#enqueue(metadata.name!);
  }

  forget({ metadata }: Node): void {
    this.#settled.delete(metadata.name!);
    this.#gone.add(metadata.name!);
    this.#enqueue(metadata.name!);
  }

  fill(): readonly NodeCidrFill[] {
    return this.#provider.fill;
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  metrics(prefix: string): MetricFamily[] {
    return [
      ...this.#queue.metrics.families(prefix, this.#queue.depth, this.#queue.delayed),
      {
        name: `${prefix}provider_rate_limited_total`,
        type: 'counter',
        help: 'Requests that the provider answered 429.',
        samples: [{ value: this.#provider.rateLimited }],
      },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider[Symbol.asyncDispose]();
    await this.#queue[Symbol.asyncDispose]();
  }

  #enqueue(name: string): void {
    this.#queue.handle(() => {
      if (this.#inProcessing.has(name)) return undefined;
      this.#inProcessing.add(name);
      return name;
    });
  }

  async #process(name: string): Promise<void> {
    let wait: number | undefined;
    try {
      await this.#release(name);
      await this.#assign(name);
      this.#retries.forget(name);
    } catch (error) {
      // What is gone must be given back: there is no event that would bring it up again.
      wait = this.#retries.when(name) ?? (this.#gone.has(name) ? GIVE_BACK_MS : undefined);
      this.#host.failed(error, name);
    }
    if (wait !== undefined) {
      this.#queue.retryAfter(name, wait);
      return;
    }
    this.#inProcessing.delete(name);
    // The node has gone while it was worked on.
    if (this.#gone.has(name)) this.#enqueue(name);
  }

  async #release(name: string): Promise<void> {
    if (!this.#gone.has(name)) return;
    await this.#provider.release(name);
    this.#gone.delete(name);
  }

  async #assign(name: string): Promise<void> {
    const node = this.#host.node(name);
    if (node === undefined || node.metadata.deletionTimestamp) return;
    const { cidrs, write } = await this.#ask(node);
    if (write) {
      try {
        await this.#host.write(node, cidrs);
      } catch (error) {
        if (this.#host.node(name) === undefined) return;
        this.#host.refused(node, 'CIDRAssignmentFailed');
        throw error;
      }
    }
    this.#settled.set(name, node.metadata.uid);
  }

  async #ask(node: Node) {
    const name = node.metadata.name!;
    try {
      const named = await this.#provider.allocate(name, () => this.#host.refused(node, 'RateLimited'));
      return decideCloudCidrs(name, named, podCidrsOf(node));
    } catch (error) {
      this.#host.refused(node, 'CIDRNotAvailable');
      throw error;
    }
  }
}
