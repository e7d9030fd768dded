import type { Cidr, Family, Ip } from '../../ip/index.ts';
import type { AddressSource } from '../address-source.ts';
import type { CidrStats, FamilyStats } from '../host/address-space.ts';
import { type Allocation, HostAllocator } from '../host/host-allocator.ts';
import type { HostRecord, Owner } from '../host/host-record.ts';
import type { Lease } from '../host/replay.ts';
import { IpamError } from '../ipam-error.ts';
import type { RecordStore } from '../log/record-store.ts';
import { PoolDemand } from './pool-demand.ts';

/** The pool of pods that name none. */
export const DEFAULT_POOL = 'default';

export interface MultiPoolSourceOptions {
  /** A lease has one address of each, or there is no lease. */
  readonly families: readonly Family[];
  /** How long a released address is kept back, in ms; 0 for not at all. */
  readonly cooldownMs: number;
  /** Free addresses that are kept in hand of a pool in use, see neededAddresses(). */
  readonly preAllocate: number;
  /** How long a CIDR must have been of no use before it is given back, in ms. */
  readonly holdMs: number;
  /** Pools of which there is a store from before. */
  readonly pools: readonly string[];
  /** Where the addresses of a pool are kept; called once per pool. */
  readonly store: (pool: string) => RecordStore<HostRecord>;
  /** ms since the epoch. The default never runs backwards while the process lives. */
  readonly now?: () => number;
}

/** The addresses of one node out of several pools: one allocator per pool. */
export class MultiPoolSource implements AddressSource {
  /** What the node should ask for, and give back. */
  readonly demand: PoolDemand;
  readonly #options: MultiPoolSourceOptions;
  readonly #now: () => number;
  readonly #pools = new Map<string, HostAllocator>();

  private constructor(options: MultiPoolSourceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
    this.demand = new PoolDemand(() => this.cidrStats(), { ...options, now: this.#now });
  }

  /**
   * Restores what the stores hold. The node has no CIDRs yet: give them to grow().
   * @throws IpamError `log-corrupt`, `log-failed`
   */
  static async open(options: MultiPoolSourceOptions): Promise<MultiPoolSource> {
    const source = new MultiPoolSource(options);
    for (const pool of options.pools) await source.addPool(pool);
    return source;
  }

  /** Makes a pool known; one that is known already is passed over. @throws IpamError `log-corrupt`, `log-failed` */
  async addPool(pool: string): Promise<void> {
    if (this.#pools.has(pool)) return;
    const { families, cooldownMs, store } = this.#options;
    const allocator = await HostAllocator.open({ families, cooldownMs, store: store(pool), now: this.#now });
    this.#pools.set(pool, allocator);
  }

  get cidrs(): readonly Cidr[] {
    const all = [...this.#pools.values()].flatMap(({ cidrs }) => cidrs);
    return [
      ...all.filter(({ family }) => family === 'ipv4'),
      ...all.filter(({ family }) => family === 'ipv6'),
    ];
  }

  /** The CIDRs of one pool, IPv4 first. */
  cidrsOf(pool: string): readonly Cidr[] {
    return this.#pools.get(pool)?.cidrs ?? [];
  }

  /** See {@link AddressSource.grow}; addPool() comes before. */
  grow(cidrs: Iterable<Cidr>, pool: string = DEFAULT_POOL): void {
    const allocator = this.#pools.get(pool);
    if (allocator === undefined)
      throw new IpamError('request-invalid', `Expected a pool that was added, got ${pool}`);
    allocator.grow(cidrs);
  }

  /** Takes a CIDR away. @throws IpamError `cidr-in-use`, `cidr-outside` */
  shrink(cidr: Cidr, pool: string): void {
    const allocator = this.#pools.get(pool);
    if (allocator === undefined) throw new IpamError('cidr-outside', `node has no CIDR ${cidr}`);
    allocator.shrink(cidr);
  }

  /**
   * See {@link AddressSource.allocate}.
   * @throws IpamError `pool-not-on-node` with Cilium's text while the pool has not come to the node
   */
  allocate(owner: Owner, requested: readonly Ip[] = [], pool: string = DEFAULT_POOL): Allocation {
    const holder = this.#holder(owner) ?? this.#pools.get(pool);
    try {
      if (holder === undefined) throw notOnNode(pool, this.#options.families[0]!);
      const allocation = holder.allocate(owner, requested);
      this.demand.forget(owner);
      return allocation;
    } catch (error) {
      if (!(error instanceof IpamError) || error.code !== 'pool-not-on-node') throw error;
      const lacking = this.#options.families.find(
        (family) => !this.cidrsOf(pool).some((cidr) => cidr.family === family),
      );
      throw notOnNode(pool, lacking!);
    }
  }

  async release(owner: Pick<Owner, 'containerId' | 'ifname'>): Promise<Lease | undefined> {
    return this.#holder(owner)?.release(owner);
  }

  lease(owner: Pick<Owner, 'containerId' | 'ifname'>): Lease | undefined {
    return this.#holder(owner)?.lease(owner);
  }

  leaseOf(ip: Ip): Lease | undefined {
    for (const allocator of this.#pools.values()) {
      const lease = allocator.leaseOf(ip);
      if (lease) return lease;
    }
    return undefined;
  }

  *leases(): Generator<Lease> {
    for (const allocator of this.#pools.values()) yield* allocator.leases();
  }

  stats(): FamilyStats[] {
    return this.#options.families.map((family) => {
      const parts = [...this.#pools.values()].flatMap((allocator) =>
        allocator.stats().filter((each) => each.family === family),
      );
      const sum = (field: 'capacity' | 'used' | 'cooling' | 'free') =>
        parts.reduce((total, part) => total + part[field], 0);
      return {
        family,
        capacity: sum('capacity'),
        used: sum('used'),
        cooling: sum('cooling'),
        free: sum('free'),
      };
    });
  }

  cidrStats(): CidrStats[] {
    return Array.from(this.#pools).flatMap(([pool, allocator]) =>
      allocator.cidrStats().map((cidr) => ({ ...cidr, pool })),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const allocator of this.#pools.values()) await allocator[Symbol.asyncDispose]();
  }

  /** The pool in which the owner has a lease. */
  #holder(owner: Pick<Owner, 'containerId' | 'ifname'>): HostAllocator | undefined {
    for (const allocator of this.#pools.values()) if (allocator.lease(owner)) return allocator;
    return undefined;
  }
}

function notOnNode(pool: string, family: Family): IpamError {
  const message = `unable to allocate from pool "${pool}" (family ${family}): pool not (yet) available`;
  return new IpamError('pool-not-on-node', message);
}
