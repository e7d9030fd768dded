import type { Cidr, Ip } from '../../ip/index.ts';
import {
  type AddressSource,
  type Allocation,
  HostAllocator,
  type HostRecord,
  IpamError,
  SnapshotStore,
} from '../../ipam/index.ts';
import { TimeHeap } from '../time-heap.ts';
import type { Arrivals, NodeContext } from './node-context.ts';
import { NodePools, type PoolMessage } from './node-pools.ts';
import type { ReleaseTally } from './pod-book.ts';
import { retryDelay } from './retry.ts';
import type { SimPod } from './sim-pod.ts';
import { WaitingLines } from './waiting-lines.ts';

/** Pods ask for no address by name. */
const NONE: readonly Ip[] = [];

const NOBODY: Arrivals = {
  next: Number.POSITIVE_INFINITY,
  take: () => {
    throw new RangeError('nobody arrives');
  },
};

/**
 * A node: its allocator, and what runtime and agent do round it. Nodes have a clock each and are simulated one after
 * the other for as long as nothing concerns two of them: what one needs then stays in the processor's caches.
 */
export class SimNode {
  readonly name: string;
  readonly #context: NodeContext;
  readonly #events = new TimeHeap<SimPod>();
  readonly #lines = new WaitingLines();
  #arrivals = NOBODY;
  #source!: AddressSource;
  /** Mode `multi-pool`: what the node asks for. */
  #pools: NodePools | undefined;
  readonly #store = new SnapshotStore<HostRecord>();
  /** What the node has to say before it can go on. */
  message: PoolMessage | undefined;
  /** The pool that the node's CIDRs are of. */
  ownPool: string | undefined;
  /** Pods that asked for an address and that got one, by pool. */
  readonly shares = new Map<string, { asked: number; served: number }>();
  /** Instants of releases while somebody waited. */
  readonly #freed: { readonly at: number; readonly by: ReleaseTally | undefined }[] = [];
  #ns = 0;
  /** Pods that were refused and not served yet. */
  #refused = 0;
  private constructor(name: string, context: NodeContext) {
    this.name = name;
    this.#context = context;
  }

  static async create(name: string, context: NodeContext): Promise<SimNode> {
    const node = new SimNode(name, context);
    if (context.preAllocate === undefined) {
      node.#source = await HostAllocator.open(node.#options(node.#store));
    } else {
      node.#pools = await node.#openPools(new Map());
      node.#source = node.#pools.source;
    }
    return node;
  }

  get cidrs(): readonly Cidr[] {
    return this.#source.cidrs;
  }

  /** Whether pods are to come or wait. */
  get isStarting(): boolean {
    return this.#refused > 0 || this.#arrivals.next < Number.POSITIVE_INFINITY;
  }

  /** Pods that have an address. */
  pods(): SimPod[] {
    return Array.from(this.#source.leases(), ({ owner }) => owner as SimPod);
  }

  /** The next pods; all those before must have come. */
  expect(arrivals: Arrivals): void {
    this.#arrivals = arrivals;
  }

  /** The instant of what happens next, ns. */
  get next(): number {
    return Math.min(this.#arrivals.next, this.#events.next, this.#pools?.next ?? Number.POSITIVE_INFINITY);
  }

  /** A pool may come to the node: its addresses have a place. */
  async addPool(pool: string): Promise<void> {
    await this.#pools?.source.addPool(pool);
  }

  /** CIDRs have come to the node; it has advanced to that instant. */
  grow(cidrs: readonly Cidr[], pool?: string): void {
    this.#source.grow(cidrs, pool);
    this.#serve();
  }

  /** Lets everything happen up to the instant `until`, ns, or until there is a message. */
  advance(until: number): void {
    const events = this.#events;
    for (;;) {
      if (this.message !== undefined) return;
      const [arrival, event] = [this.#arrivals.next, events.next];
      const look = this.#pools?.next ?? Number.POSITIVE_INFINITY;
      if (Math.min(arrival, event, look) > until) break;
      if (look < arrival && look < event) {
        this.#ns = look;
        this.message = this.#pools!.look();
        continue;
      }
      if (event <= arrival) {
        this.#ns = event;
        const pod = events.pop();
        if (pod.at === event && !pod.gone) this.#happen(pod);
      } else {
        this.#ns = arrival;
        this.#add(this.#arrivals.take());
      }
    }
    this.#ns = Math.max(this.#ns, until);
  }

  /** The pod is deleted at the instant `at`, which is still to come. */
  end(pod: SimPod, at: number, by?: ReleaseTally): void {
    pod.at = at;
    pod.endedBy = by;
    this.#events.push(at, pod);
  }

  /**
   * What a restart of the agent does: a new allocator from what is written. The node goes on with the old one. Returns
   * how many leases there are, how many of them the new one does not have, and how long it took, ns of real time.
   */
  async restart(): Promise<{ readonly leases: number; readonly lost: number; readonly ns: number }> {
    const cidrs = this.#source.cidrStats();
    const records = this.#pools?.records() ?? this.#store.records();
    const before = performance.now();
    const allocator =
      records instanceof Map
        ? (await this.#openPools(records)).source
        : await HostAllocator.open(this.#options(new SnapshotStore(records)));
    for (const { cidr, pool } of cidrs) allocator.grow([cidr], pool);
    const ns = (performance.now() - before) * 1e6;
    const pods = this.pods();
    const kept = pods.filter((pod) => {
      const found = allocator.lease(pod)?.ips ?? [];
      return pod.lease!.ips.every((ip, i) => found[i]?.equals(ip));
    });
    return { leases: pods.length, lost: pods.length - kept.length, ns };
  }

  #openPools(records: ReadonlyMap<string, readonly HostRecord[]>): Promise<NodePools> {
    const { families, cooldownNs, preAllocate } = this.#context;
    return NodePools.open(records, { families, cooldownNs, preAllocate: preAllocate!, now: () => this.#ns });
  }

  #options(store: SnapshotStore<HostRecord>): Parameters<typeof HostAllocator.open>[0] {
    const { families, cooldownNs } = this.#context;
    return { families, store, cooldownMs: cooldownNs / 1e6, now: () => this.#ns / 1e6 };
  }

  #happen(pod: SimPod): void {
    if (pod.lease !== undefined) this.#delete(pod);
    else if (this.#ns >= pod.intended + pod.phase.deadlineNs) this.#giveUp(pod);
    else if (!this.#lines.has(pod, this.#poolOf(pod))) this.#add(pod);
    else if (this.#ns >= pod.waitsUntil) this.#refuse(pod);
    else this.#serve();
  }

  /** An ADD: behind those that wait in the agent, if any do. */
  #add(pod: SimPod): void {
    if (pod.attempts === 0) {
      this.#context.book.asked(this.#poolOf(pod));
      this.#share(pod).asked++;
    }
    const refusal = this.#lines.refusalOf(this.#poolOf(pod));
    if (refusal) this.#wait(pod, refusal);
    else this.#try(pod);
  }

  #try(pod: SimPod): void {
    try {
      const { lease } = this.#allocate(pod);
      this.#granted(pod, lease);
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      this.#wait(pod, error);
    }
  }

  #allocate(pod: SimPod): Allocation {
    const clock = this.#context.book.allocate;
    if (!clock.next()) return this.#source.allocate(pod, NONE, pod.pool);
    const before = performance.now();
    const allocation = this.#source.allocate(pod, NONE, pod.pool);
    clock.clocked(before, this.#ns);
    return allocation;
  }

  #granted(pod: SimPod, lease: Allocation['lease']): void {
    const { book, ledger } = this.#context;
    const at = this.#ns;
    pod.lease = lease;
    pod.readyAt = at;
    for (const ip of lease.ips) ledger.grant(ip, at, () => `${pod.name} on ${this.name}`);
    if (pod.refusal !== undefined) {
      this.#refused--;
      this.#lines.delete(pod, this.#poolOf(pod));
      const freed = this.#freed.shift();
      if (freed) book.reused(freed, this.name, at);
    }
    book.granted(pod, this.name, this.#poolOf(pod), at);
    this.#share(pod).served++;
    this.#pools?.used();
    pod.at = at + pod.lifetime;
    if (pod.at < Number.POSITIVE_INFINITY) this.#events.push(pod.at, pod);
  }

  /** Refused now: the ADD waits in the agent as long as that is configured, then whoever asked is told. */
  #wait(pod: SimPod, error: IpamError): void {
    const { waitNs, book } = this.#context;
    const at = this.#ns;
    const pool = this.#poolOf(pod);
    const isNew = !this.#lines.has(pod, pool);
    if (this.#pools !== undefined) {
      this.#pools.source.demand.expect(pod, pool);
      this.#pools.short();
    }
    if (isNew) {
      pod.attempts++;
      book.refused(pod, this.name, at, error.failure, error.message);
    }
    if (pod.refusal === undefined) this.#refused++;
    pod.refusal = error.failure;
    if (waitNs === 0) {
      this.#refuse(pod);
      return;
    }
    if (isNew) pod.waitsUntil = at + waitNs;
    this.#lines.add(pod, pool, error);
    this.#next(pod, Math.min(pod.waitsUntil, at + (error.retryMs ?? Number.POSITIVE_INFINITY) * 1e6));
  }

  /** The answer is no: the runtime tries again later, or nobody does. */
  #refuse(pod: SimPod): void {
    this.#lines.delete(pod, this.#poolOf(pod));
    if (this.#context.retries) this.#next(pod, this.#ns + retryDelay(pod.attempts, this.#context.random));
    else this.#giveUp(pod);
  }

  #next(pod: SimPod, at: number): void {
    pod.at = Math.min(at, pod.intended + pod.phase.deadlineNs);
    this.#events.push(pod.at, pod);
  }

  #giveUp(pod: SimPod): void {
    pod.gone = true;
    this.#lines.delete(pod, this.#poolOf(pod));
    if (pod.refusal !== undefined) this.#refused--;
    this.#pools?.source.demand.forget(pod);
    this.#context.book.gaveUp(pod, this.name, this.#poolOf(pod), this.#ns);
  }

  #delete(pod: SimPod): void {
    const { book, ledger } = this.#context;
    pod.gone = true;
    const clock = book.release;
    const before = clock.next() ? performance.now() : 0;
    // The store is durable at once: what is to be done is done when this returns.
    void this.#source.release(pod);
    if (before > 0) clock.clocked(before, this.#ns);
    for (const ip of pod.lease!.ips) ledger.release(ip, this.#ns);
    book.ended(this.#poolOf(pod), this.#ns);
    this.#pools?.freed();
    if (this.#refused > 0) this.#freed.push({ at: this.#ns, by: pod.endedBy });
    this.#serve();
  }

  /** Those who wait in the agent look again, oldest first, until one finds nothing. */
  #serve(): void {
    for (const pods of this.#lines.all()) {
      for (const pod of pods) {
        this.#try(pod);
        if (pod.lease === undefined) break;
      }
    }
  }

  #poolOf({ pool }: SimPod): string {
    return pool ?? this.ownPool ?? this.#context.defaultPool;
  }

  #share(pod: SimPod): { asked: number; served: number } {
    const pool = this.#poolOf(pod);
    let share = this.shares.get(pool);
    if (share === undefined) {
      share = { asked: 0, served: 0 };
      this.shares.set(pool, share);
    }
    return share;
  }
}
