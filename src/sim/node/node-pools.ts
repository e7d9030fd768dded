import { HOLD_MS } from '../../agent/index.ts';
import type { Cidr } from '../../ip/index.ts';
import {
  DEFAULT_POOL,
  type HostRecord,
  MultiPoolSource,
  type PoolNeed,
  SnapshotStore,
} from '../../ipam/index.ts';

/** How soon a pod more or less is told, as by the agent, ns. */
const USE_DELAY_NS = 20e6;
/** Just behind an instant at which something ends, ns. */
const AFTER_NS = 1e6;

export interface NodePoolsOptions {
  readonly families: readonly Cidr['family'][];
  readonly cooldownNs: number;
  readonly preAllocate: number;
  /** ns of virtual time. */
  readonly now: () => number;
}

/** What the node's object should say from an instant on. */
export interface PoolMessage {
  readonly at: number;
  readonly requested: readonly PoolNeed[];
  /** CIDRs that it gives back with it. */
  readonly returned: readonly { readonly pool: string; readonly cidr: Cidr }[];
}

/**
 * The agent's side of mode `multi-pool`: asks for more when pods need it, and gives back what has been of no use for a
 * while. It looks when something can have changed, where an agent looks twice a second.
 */
export class NodePools {
  readonly source: MultiPoolSource;
  readonly #options: NodePoolsOptions;
  readonly #stores: ReadonlyMap<string, SnapshotStore<HostRecord>>;
  #wasShort = false;
  /** The next instants at which it is looked for what is short, and for what is left over; ns. */
  #useAt: number;
  #idleAt = Number.POSITIVE_INFINITY;
  /** What is left over has been seen to be so. */
  #idleSeen = false;
  /** Pods that can still come before the need of any pool can be another. */
  #headroom = 0;

  private constructor(
    source: MultiPoolSource,
    stores: ReadonlyMap<string, SnapshotStore<HostRecord>>,
    options: NodePoolsOptions,
  ) {
    this.source = source;
    this.#stores = stores;
    this.#options = options;
    this.#useAt = options.now();
  }

  /** @param records what is written, by pool; empty for a new node */
  static async open(
    records: ReadonlyMap<string, readonly HostRecord[]>,
    options: NodePoolsOptions,
  ): Promise<NodePools> {
    const stores = new Map<string, SnapshotStore<HostRecord>>();
    const { families, cooldownNs, preAllocate, now } = options;
    const source = await MultiPoolSource.open({
      ...{ families, preAllocate, cooldownMs: cooldownNs / 1e6, holdMs: HOLD_MS },
      pools: [...records.keys()],
      store: (pool) => {
        const store = new SnapshotStore(records.get(pool) ?? []);
        stores.set(pool, store);
        return store;
      },
      now: () => now() / 1e6,
    });
    return new NodePools(source, stores, options);
  }

  /** What is written at this moment, by pool. */
  records(): Map<string, readonly HostRecord[]> {
    return new Map(Array.from(this.#stores, ([pool, store]) => [pool, store.records()]));
  }

  /** The instant of the next look, ns. */
  get next(): number {
    return Math.min(this.#useAt, this.#idleAt);
  }

  /** A pod found no address of its pool. */
  short(): void {
    this.#useAt = this.#options.now();
  }

  /** A pod has got its addresses. */
  used(): void {
    if (--this.#headroom <= 0) this.#useAt = Math.min(this.#useAt, this.#options.now() + USE_DELAY_NS);
  }

  /** A pod has given its addresses back: they count until their cooldown is over. */
  freed(): void {
    this.#idleAt = this.#options.now() + this.#options.cooldownNs + AFTER_NS;
    this.#idleSeen = false;
  }

  /** Looks, at the instant `next`; undefined when the node's object needs no change. */
  look(): PoolMessage | undefined {
    const now = this.#options.now();
    this.#useAt = Number.POSITIVE_INFINITY;
    const warm = new Set([DEFAULT_POOL]);
    const returned = this.source.demand.surplus(warm);
    for (const { pool, cidr } of returned) this.source.shrink(cidr, pool);
    if (now >= this.#idleAt) {
      this.#idleAt = this.#idleSeen ? Number.POSITIVE_INFINITY : now + HOLD_MS * 1e6 + AFTER_NS;
      this.#idleSeen = true;
    }
    const requested = this.source.demand.needs(warm);
    this.#headroom = this.#toNextStep();
    const isShort = this.source.demand.short(warm).length > 0;
    // An agent tells of every step; the operator has nothing to do unless one is short, was so, or gives back.
    if (!isShort && !this.#wasShort && returned.length === 0) return undefined;
    this.#wasShort = isShort;
    return { at: now, requested, returned };
  }

  /** Needs are counted in steps: how many pods more there may be until one of them rises. */
  #toNextStep(): number {
    const { preAllocate } = this.#options;
    if (preAllocate === 0) return 0;
    const inUse = new Map<string, number>();
    for (const { pool, cidr, used, cooling } of this.source.cidrStats()) {
      const key = `${pool} ${cidr.family}`;
      inUse.set(key, (inUse.get(key) ?? 0) + used + cooling);
    }
    const rooms = Array.from(inUse.values(), (taken) => Math.ceil(taken / preAllocate) * preAllocate - taken);
    return Math.min(preAllocate, ...rooms) + 1;
  }
}
