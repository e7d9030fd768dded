import type { Cidr, Family } from '../../ip/index.ts';
import type { CidrStats } from '../host/address-space.ts';
import type { Owner } from '../host/host-record.ts';
import { neededAddresses, type PoolNeed } from './needs.ts';
import { PendingAllocations } from './pending-allocations.ts';

export interface PoolDemandOptions {
  readonly families: readonly Family[];
  /** Free addresses that are kept in hand of a pool in use, see neededAddresses(). */
  readonly preAllocate: number;
  /** How long a CIDR must have been of no use before it is given back, in ms. */
  readonly holdMs: number;
  /** ms since the epoch; may not run backwards. */
  readonly now: () => number;
}

/** A CIDR of a node, and the pool that it belongs to. */
export interface PoolCidr {
  readonly pool: string;
  readonly cidr: Cidr;
}

/** How many addresses a node should have of each pool, by what it uses and by who waits; and what it can give back. */
export class PoolDemand {
  readonly #fill: () => readonly CidrStats[];
  readonly #options: PoolDemandOptions;
  readonly #pending = new PendingAllocations();
  /** Since when each CIDR has been of no use. */
  readonly #idle = new Map<string, number>();

  /** @param fill the node's CIDRs, with their pools */
  constructor(fill: () => readonly CidrStats[], options: PoolDemandOptions) {
    this.#fill = fill;
    this.#options = options;
  }

  /** The owner wants an address of the pool and has none: counts until it has, for five minutes at most. */
  expect(owner: Owner, pool: string): void {
    this.#pending.add(pool, owner, this.#options.now());
  }

  /** The owner has its addresses. */
  forget(owner: Owner): void {
    this.#pending.delete(owner);
  }

  /** A pod, `namespace/name`, is gone. */
  forgetPod(pod: string): void {
    this.#pending.delete({ containerId: '', ifname: '', pod });
  }

  /**
   * How many addresses the node should have of each pool; pools of which it needs none are left out.
   * @param warm pools of which some are kept in hand although none is used
   */
  needs(warm: ReadonlySet<string>): PoolNeed[] {
    const fill = this.#fill();
    const { families } = this.#options;
    const pools = new Set([...warm, ...this.#pending.pools, ...fill.map(({ pool }) => pool!)]);
    return Array.from(pools)
      .map((pool) => {
        const need = (family: Family) => [family, this.#need(own(fill, pool, family), pool, warm)] as const;
        return { pool, needed: Object.fromEntries(families.map(need)) };
      })
      .filter(({ needed }) => Object.values(needed).some((count) => count > 0));
  }

  /** Pools of which the node has less than it needs. */
  short(warm: ReadonlySet<string>): string[] {
    const fill = this.#fill();
    const lacks = ({ pool, needed }: PoolNeed): boolean =>
      this.#options.families.some((family) => capacityOf(own(fill, pool, family)) < needed[family]!);
    return this.needs(warm)
      .filter(lacks)
      .map(({ pool }) => pool);
  }

  /**
   * CIDRs that have been of no use for `holdMs`: nobody has an address of them, none cools down, and what is left
   * covers the need, with one more step in hand as long as the pool is used at all. Without both, a pod more or less
   * would fetch a CIDR and give it back, over and over. Notices only what is so when it is called.
   */
  surplus(warm: ReadonlySet<string>): PoolCidr[] {
    const now = this.#options.now();
    const idle = this.#unused(warm);
    const texts = new Set(idle.map(({ cidr }) => cidr.toString()));
    for (const text of this.#idle.keys()) if (!texts.has(text)) this.#idle.delete(text);
    for (const text of texts) if (!this.#idle.has(text)) this.#idle.set(text, now);
    return idle.filter(({ cidr }) => this.#idle.get(cidr.toString())! + this.#options.holdMs <= now);
  }

  /** What could be given back now: of each pool and family the last ones first. */
  #unused(warm: ReadonlySet<string>): PoolCidr[] {
    const fill = this.#fill();
    const pools = [...new Set(fill.map(({ pool }) => pool!))];
    return pools.flatMap((pool) =>
      this.#options.families.flatMap((family) => {
        const cidrs = own(fill, pool, family);
        const spare = this.#inUse(cidrs, pool) > 0 ? this.#options.preAllocate : 0;
        const keep = this.#need(cidrs, pool, warm) + spare;
        let left = capacityOf(cidrs);
        const unused = cidrs.toReversed().filter(({ capacity, used, cooling }) => {
          if (used + cooling > 0 || left - capacity < keep) return false;
          left -= capacity;
          return true;
        });
        return unused.map(({ cidr }) => ({ pool, cidr }));
      }),
    );
  }

  #need(cidrs: readonly CidrStats[], pool: string, warm: ReadonlySet<string>): number {
    const inUse = this.#inUse(cidrs, pool);
    return inUse > 0 || warm.has(pool) ? neededAddresses(inUse, this.#options.preAllocate) : 0;
  }

  /** Addresses that are used, that cannot be used yet, and that are asked for. */
  #inUse(cidrs: readonly CidrStats[], pool: string): number {
    const taken = cidrs.reduce((sum, { used, cooling }) => sum + used + cooling, 0);
    return taken + this.#pending.count(pool, this.#options.now());
  }
}

function own(fill: readonly CidrStats[], pool: string, family: Family): CidrStats[] {
  return fill.filter((each) => each.pool === pool && each.cidr.family === family);
}

function capacityOf(cidrs: readonly CidrStats[]): number {
  return cidrs.reduce((sum, { capacity }) => sum + capacity, 0);
}
