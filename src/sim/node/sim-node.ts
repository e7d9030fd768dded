import type { Cidr } from '../../ip/index.ts';
import {
  type Allocation,
  HostAllocator,
  type HostRecord,
  IpamError,
  SnapshotStore,
} from '../../ipam/index.ts';
import type { AddressLedger } from '../address-ledger.ts';
import { TimeHeap } from '../time-heap.ts';
import type { PodBook, ReleaseTally } from './pod-book.ts';
import { retryDelay } from './retry.ts';
import type { SimPod } from './sim-pod.ts';

/** What all nodes of a simulation share. */
export interface NodeContext {
  readonly families: readonly Cidr['family'][];
  readonly cooldownNs: number;
  /** How long an ADD waits in the agent. */
  readonly waitNs: number;
  /** Whether somebody tries again when the agent has refused: a runtime does, at level `cni` nobody. */
  readonly retries: boolean;
  readonly ledger: AddressLedger;
  readonly book: PodBook;
  /** Numbers in [0, 1) for the jitter of retries. */
  readonly random: () => number;
}

/** Where the pods of a node come from, in the order of time. */
export interface Arrivals {
  /** The instant of the next one; Infinity when no more will come. */
  readonly next: number;
  take(): SimPod;
}

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
  /** Refused pods whose ADD waits in the agent, oldest first. */
  readonly #inAgent = new Set<SimPod>();
  #arrivals = NOBODY;
  #allocator!: HostAllocator;
  readonly #store = new SnapshotStore<HostRecord>();
  /** Instants of releases while somebody waited. */
  readonly #freed: { readonly at: number; readonly by: ReleaseTally | undefined }[] = [];
  #ns = 0;
  /** Pods that were refused and not served yet. */
  #refused = 0;
  /** Why the last one was. */
  #refusal: IpamError | undefined;

  private constructor(name: string, context: NodeContext) {
    this.name = name;
    this.#context = context;
  }

  static async create(name: string, context: NodeContext): Promise<SimNode> {
    const node = new SimNode(name, context);
    node.#allocator = await HostAllocator.open(node.#options(node.#store));
    return node;
  }

  get cidrs(): readonly Cidr[] {
    return this.#allocator.cidrs;
  }

  /** Whether pods are to come or wait. */
  get isStarting(): boolean {
    return this.#refused > 0 || this.#arrivals.next < Number.POSITIVE_INFINITY;
  }

  /** Pods that have an address. */
  pods(): SimPod[] {
    return Array.from(this.#allocator.leases(), ({ owner }) => owner as SimPod);
  }

  /** The next pods; all those before must have come. */
  expect(arrivals: Arrivals): void {
    this.#arrivals = arrivals;
  }

  /** CIDRs have come to the node; it has advanced to that instant. */
  grow(cidrs: readonly Cidr[]): void {
    this.#allocator.grow(cidrs);
    this.#serve();
  }

  /** Lets everything happen up to the instant `until`, ns. */
  advance(until: number): void {
    const events = this.#events;
    for (;;) {
      const [arrival, event] = [this.#arrivals.next, events.next];
      if (Math.min(arrival, event) > until) break;
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
    const [cidrs, records] = [this.cidrs, this.#store.records()];
    const before = performance.now();
    const allocator = await HostAllocator.open(this.#options(new SnapshotStore(records)));
    allocator.grow(cidrs);
    const ns = (performance.now() - before) * 1e6;
    const pods = this.pods();
    const kept = pods.filter((pod) => {
      const found = allocator.lease(pod)?.ips ?? [];
      return pod.lease!.ips.every((ip, i) => found[i]?.equals(ip));
    });
    return { leases: pods.length, lost: pods.length - kept.length, ns };
  }

  #options(store: SnapshotStore<HostRecord>): Parameters<typeof HostAllocator.open>[0] {
    const { families, cooldownNs } = this.#context;
    return { families, store, cooldownMs: cooldownNs / 1e6, now: () => this.#ns / 1e6 };
  }

  #happen(pod: SimPod): void {
    if (pod.lease !== undefined) this.#delete(pod);
    else if (this.#ns >= pod.intended + pod.phase.deadlineNs) this.#giveUp(pod);
    else if (!this.#inAgent.has(pod)) this.#add(pod);
    else if (this.#ns >= pod.waitsUntil) this.#refuse(pod);
    else this.#serve();
  }

  /** An ADD: behind those that wait in the agent, if any do. */
  #add(pod: SimPod): void {
    if (pod.attempts === 0) this.#context.book.started++;
    if (this.#inAgent.size > 0) this.#wait(pod, this.#refusal!);
    else this.#try(pod);
  }

  #try(pod: SimPod): void {
    try {
      const { lease } = this.#allocate(pod);
      this.#granted(pod, lease);
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      this.#refusal = error;
      this.#wait(pod, error);
    }
  }

  #allocate(pod: SimPod): Allocation {
    const clock = this.#context.book.allocate;
    if (!clock.next()) return this.#allocator.allocate(pod);
    const before = performance.now();
    const allocation = this.#allocator.allocate(pod);
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
      this.#inAgent.delete(pod);
      const freed = this.#freed.shift();
      if (freed) book.reused(freed, this.name, at);
    }
    book.granted(pod, this.name, at);
    pod.at = at + pod.lifetime;
    if (pod.at < Number.POSITIVE_INFINITY) this.#events.push(pod.at, pod);
  }

  /** Refused now: the ADD waits in the agent as long as that is configured, then whoever asked is told. */
  #wait(pod: SimPod, error: IpamError): void {
    const { waitNs, book } = this.#context;
    const at = this.#ns;
    const isNew = !this.#inAgent.has(pod);
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
    this.#inAgent.add(pod);
    this.#next(pod, Math.min(pod.waitsUntil, at + (error.retryMs ?? Number.POSITIVE_INFINITY) * 1e6));
  }

  /** The answer is no: the runtime tries again later, or nobody does. */
  #refuse(pod: SimPod): void {
    this.#inAgent.delete(pod);
    if (this.#context.retries) this.#next(pod, this.#ns + retryDelay(pod.attempts, this.#context.random));
    else this.#giveUp(pod);
  }

  #next(pod: SimPod, at: number): void {
    pod.at = Math.min(at, pod.intended + pod.phase.deadlineNs);
    this.#events.push(pod.at, pod);
  }

  #giveUp(pod: SimPod): void {
    pod.gone = true;
    this.#inAgent.delete(pod);
    if (pod.refusal !== undefined) this.#refused--;
    this.#context.book.gaveUp(pod, this.name, this.#ns);
  }

  #delete(pod: SimPod): void {
    const { book, ledger } = this.#context;
    pod.gone = true;
    const clock = book.release;
    const before = clock.next() ? performance.now() : 0;
    // The store is durable at once: what is to be done is done when this returns.
    void this.#allocator.release(pod);
    if (before > 0) clock.clocked(before, this.#ns);
    for (const ip of pod.lease!.ips) ledger.release(ip, this.#ns);
    book.ended(this.#ns);
    if (this.#refused > 0) this.#freed.push({ at: this.#ns, by: pod.endedBy });
    this.#serve();
  }

  /** Those who wait in the agent look again, oldest first, until one finds nothing. */
  #serve(): void {
    for (const pod of this.#inAgent) {
      this.#try(pod);
      if (pod.lease === undefined) return;
    }
  }
}
