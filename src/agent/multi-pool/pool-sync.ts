import { setTimeout as sleep } from 'node:timers/promises';
import type { Cidr } from '../../ip/index.ts';
import type { MultiPoolSource, Owner } from '../../ipam/index.ts';
import { isReason, type KubeClient, NODE_NETWORKS, type NodeNetwork, WorkQueue } from '../../kube/index.ts';
import type { Refill } from '../trace.ts';
import type { ClusterPools } from './cluster-pools.ts';
import { PoolBook } from './pool-book.ts';

/** How soon a pod more or less is told to the API, in ms: many at once are told once. */
const USE_DELAY_MS = 20;
/** How often it is looked for what time alone changes: CIDRs that stay empty, cooldowns, pods that gave up. */
const LOOK_MS = 500;
/** Longest wait before a refused write is tried again, in ms. */
const RETRY_MAX_MS = 1000;
/** The one key of the queue. */
const SYNC = 'sync';

export interface PoolSyncOptions {
  readonly client: KubeClient;
  readonly node: string;
  readonly source: MultiPoolSource;
  readonly pools: ClusterPools;
  /** The node's CIDRs are these from now on: called before pods can have addresses of a new one. */
  readonly onCidrs: (cidrs: readonly Cidr[]) => void;
  /** There are addresses again. */
  readonly onUsable: () => void;
  readonly onRefill: (refill: Refill) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps a node's addresses and its NodeNetwork in step: takes the CIDRs that the operator adds, asks for more when pods
 * need them, and gives back what has been of no use for a while. Only this class takes a CIDR out of the object, and
 * not before no pod can get an address of it.
 */
export class PoolSync implements AsyncDisposable {
  readonly #options: PoolSyncOptions;
  readonly #book: PoolBook;
  readonly #queue: WorkQueue;
  readonly #stop = new AbortController();
  /** When the node asked for more of a pool, CLOCK_MONOTONIC in ns. */
  readonly #asked = new Map<string, number>();
  /** What the datapath was told. */
  #configured: string | undefined;
  #restored = false;

  constructor(options: PoolSyncOptions) {
    const { node, source, pools } = options;
    this.#options = options;
    this.#book = new PoolBook({ node, source, warm: () => pools.warm });
    this.#queue = new WorkQueue(() => this.#sync(), { retryMax: RETRY_MAX_MS, onError: options.onError });
    pools.onChange(() => this.#queue.add(SYNC));
    void this.#look();
  }

  /** The node's object, in a state that the watch or an own request brought. */
  see(network: NodeNetwork): void {
    if (this.#book.offer(network)) this.#queue.add(SYNC);
  }

  /** All that pods have is known again: from now on CIDRs may be given back. */
  restored(): void {
    this.#restored = true;
    this.#queue.add(SYNC);
  }

  /** An owner finds no address of its pool. */
  shortage(owner: Owner, pool: string): void {
    this.#options.source.demand.expect(owner, pool);
    if (!this.#asked.has(pool)) this.#asked.set(pool, monotonicNs());
    this.#queue.add(SYNC);
  }

  /** A pod has got its addresses, or has given them up. */
  used(): void {
    this.#queue.addAfter(SYNC, USE_DELAY_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#queue[Symbol.asyncDispose]();
  }

  async #sync(): Promise<void> {
    if (this.#book.network === undefined) return;
    const grown = await this.#grow();
    if (this.#restored) this.#book.giveBack();
    this.#configure();
    this.#clock(grown);
    if (grown.size > 0) this.#options.onUsable();
    await this.#write();
  }

  /** Takes the CIDRs that are new in the object. Returns their pools. */
  async #grow(): Promise<Set<string>> {
    const { source } = this.#options;
    const grown = new Set<string>();
    for (const { pool, cidrs } of this.#book.fresh()) {
      await source.addPool(pool);
      // Pods must have their way out before they can have an address.
      this.#configure(cidrs);
      source.grow(cidrs, pool);
      grown.add(pool);
    }
    return grown;
  }

  /** @param more CIDRs that are about to be added */
  #configure(more: readonly Cidr[] = []): void {
    const { source, pools, onCidrs } = this.#options;
    const cidrs = [...source.cidrs, ...more];
    const text = `${cidrs.map(String).sort()} ${pools.cidrs.join()}`;
    if (text === this.#configured) return;
    onCidrs(cidrs);
    this.#configured = text;
  }

  /** Clocks what the node asks for: from when it lacks addresses of a pool to when a CIDR of it is usable. */
  #clock(grown: ReadonlySet<string>): void {
    const { source, pools, node, onRefill } = this.#options;
    const now = monotonicNs();
    for (const pool of grown) {
      const at = this.#asked.get(pool);
      if (at !== undefined) onRefill({ node, pool, at, ns: now - at });
      this.#asked.delete(pool);
    }
    const short = source.demand.short(pools.warm);
    for (const pool of this.#asked.keys()) if (!short.includes(pool)) this.#asked.delete(pool);
    for (const pool of short) if (!this.#asked.has(pool)) this.#asked.set(pool, now);
  }

  async #write(): Promise<void> {
    const { client, node } = this.#options;
    const wanted = this.#book.wanted();
    if (wanted === undefined) return;
    try {
      this.see(await client.replace<NodeNetwork>(NODE_NETWORKS, wanted));
    } catch (error) {
      if (isReason(error, 'NotFound')) return;
      if (!isReason(error, 'Conflict')) throw error;
      this.see(await client.get<NodeNetwork>(NODE_NETWORKS, node));
    }
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (!this.#stop.signal.aborted) this.#queue.add(SYNC);
    }
  }
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
