import { setTimeout as sleep } from 'node:timers/promises';
import { Cidr } from '../../ip/index.ts';
import { IpamError, type MultiPoolSource, type Owner, type PoolCidr } from '../../ipam/index.ts';
import {
  isReason,
  type KubeClient,
  Newest,
  NODE_NETWORKS,
  type NodeNetwork,
  WorkQueue,
} from '../../kube/index.ts';
import type { Refill } from '../trace.ts';
import type { ClusterPools } from './cluster-pools.ts';
import { withWishes } from './pool-spec.ts';

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
  readonly #newest = new Newest<NodeNetwork>();
  readonly #queue: WorkQueue;
  readonly #stop = new AbortController();
  /** CIDRs that are not used any more and stand in the object still, by text. */
  readonly #returned = new Set<string>();
  /** When the node asked for more of a pool, CLOCK_MONOTONIC in ns. */
  readonly #asked = new Map<string, number>();
  /** What the datapath was told. */
  #configured: string | undefined;
  #restored = false;

  constructor(options: PoolSyncOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(() => this.#sync(), { retryMax: RETRY_MAX_MS, onError: options.onError });
    options.pools.onChange(() => this.#queue.add(SYNC));
    void this.#look();
  }

  /** The node's object, in a state that the watch brought. */
  see(network: NodeNetwork): void {
    if (this.#newest.offer(network)) this.#queue.add(SYNC);
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
    const network = this.#newest.get(this.#options.node);
    if (network === undefined) return;
    const grown = await this.#adopt(network);
    this.#giveBack();
    this.#configure();
    this.#clock(grown);
    if (grown.size > 0) this.#options.onUsable();
    await this.#write(network);
  }

  /** Takes the CIDRs that are new in the object. Returns their pools. */
  async #adopt({ spec, status }: NodeNetwork): Promise<Set<string>> {
    const { source } = this.#options;
    const grown = new Set<string>();
    const listed = spec.pools?.allocated ?? [];
    const texts = new Set(listed.flatMap(({ cidrs }) => cidrs));
    for (const text of this.#returned) if (!texts.has(text)) this.#returned.delete(text);
    // Which of them are another node's stands in words only.
    if (status?.operator?.reason === 'NodeCIDRConflict') return grown;
    for (const { pool, cidrs } of listed) {
      const known = new Set(source.cidrsOf(pool).map(String));
      const fresh = cidrs.filter((text) => !known.has(text) && !this.#returned.has(text));
      if (fresh.length === 0) continue;
      await source.addPool(pool);
      const parsed = fresh.map((text) => Cidr.parseExact(text));
      // Pods must have their way out before they can have an address.
      this.#configure(parsed);
      source.grow(parsed, pool);
      grown.add(pool);
    }
    return grown;
  }

  #giveBack(): void {
    if (!this.#restored) return;
    const { source, pools } = this.#options;
    for (const { pool, cidr } of source.demand.surplus(pools.warm)) {
      try {
        source.shrink(cidr, pool);
        this.#returned.add(cidr.toString());
      } catch (error) {
        // Somebody has just got an address of it.
        if (!(error instanceof IpamError) || error.code !== 'cidr-in-use') throw error;
      }
    }
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

  async #write(network: NodeNetwork): Promise<void> {
    const { client, node, source, pools } = this.#options;
    const cidrs: PoolCidr[] = source.cidrStats().map(({ pool, cidr }) => ({ pool: pool!, cidr }));
    const needs = source.demand.needs(pools.warm);
    const spec = withWishes(network.spec ?? {}, { needs, cidrs, returned: this.#returned });
    if (spec === undefined) return;
    try {
      this.#offer(await client.replace<NodeNetwork>(NODE_NETWORKS, { ...network, spec }));
    } catch (error) {
      if (isReason(error, 'NotFound')) return;
      if (!isReason(error, 'Conflict')) throw error;
      this.#offer(await client.get<NodeNetwork>(NODE_NETWORKS, node));
    }
  }

  /** A state that an own request brought: what it changes is to be looked at. */
  #offer(network: NodeNetwork): void {
    if (this.#newest.offer(network)) this.#queue.add(SYNC);
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
