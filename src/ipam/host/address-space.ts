import type { Cidr, Family, Ip } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { AddressRange } from './address-range.ts';
import { type Resting, RestingQueue } from './resting-queue.ts';

/** How many released addresses are kept in order of release once their cooldown is over. */
const RESTING_LIMIT = 4096;

/** Fill of one CIDR. */
export interface CidrStats {
  readonly cidr: Cidr;
  /** The pool that it belongs to, where there are several. */
  readonly pool?: string;
  /** Addresses that pods can have; 2^53 - 1 stands for that many and more. */
  readonly capacity: number;
  /** Held by a lease. */
  readonly used: number;
  /** Released, and not to be handed out before their cooldown ends. */
  readonly cooling: number;
}

export interface FamilyStats {
  readonly family: Family;
  /** Addresses that pods can have; 2^53 - 1 stands for that many and more. */
  readonly capacity: number;
  /** Held by a lease. */
  readonly used: number;
  /** Released, and not to be handed out before their cooldown ends. */
  readonly cooling: number;
  readonly free: number;
}

/**
 * The addresses of one family on a node. Hands out those never used first, in rising order; then the one that
 * was released the longest ago. Time comes in as an argument, in ms, and may not run backwards.
 */
export class AddressSpace {
  readonly family: Family;
  readonly #cooldownMs: number;
  readonly #ranges: AddressRange[] = [];
  /** Where the search for a never-used address goes on. */
  #range = 0;
  #next = 0;
  readonly #resting: RestingQueue;

  constructor(family: Family, cooldownMs: number) {
    this.family = family;
    this.#cooldownMs = cooldownMs;
    this.#resting = new RestingQueue(family);
  }

  get cidrs(): readonly Cidr[] {
    return this.#ranges.map(({ cidr }) => cidr);
  }

  /**
   * Adds a CIDR at the end. `leased` and `resting` are addresses known from before, which may lie in it.
   * @throws IpamError `cidr-collision`
   */
  grow(cidr: Cidr, leased: Iterable<Ip>, resting: Iterable<Resting>): void {
    const other = this.#ranges.find((range) => range.cidr.overlaps(cidr));
    if (other) throw new IpamError('cidr-collision', `requested CIDR ${cidr} collides with ${other.cidr}`);
    const range = new AddressRange(cidr);
    this.#ranges.push(range);
    for (const ip of leased) if (cidr.contains(ip)) range.lease(ip);
    const fresh = [...resting].filter(({ ip }) => range.isUsable(ip) && range.take(ip));
    if (fresh.length > 0) this.#resting.replace([...this.#resting, ...fresh].sort((a, b) => a.at - b.at));
  }

  /**
   * Takes a CIDR away; nothing of it is handed out any more.
   * @throws IpamError `cidr-in-use` while an address of it is leased or cools down, `cidr-outside` when it is not there
   */
  shrink(cidr: Cidr, now: number): void {
    const at = this.#ranges.findIndex((range) => range.cidr.equals(cidr));
    if (at < 0) throw new IpamError('cidr-outside', `node has no CIDR ${cidr}`);
    const { used } = this.#ranges[at]!;
    const cooling = this.#cooling(now).get(this.#ranges[at]!) ?? 0;
    if (used + cooling > 0) {
      throw new IpamError('cidr-in-use', `CIDR ${cidr} has ${used} leased and ${cooling} cooling addresses`);
    }
    this.#resting.removeIn(cidr);
    this.#ranges.splice(at, 1);
    this.#range = 0;
    this.#next = 0;
  }

  /**
   * Hands out an address.
   * @throws IpamError `pool-not-on-node`, `pool-full`, or `cooldown` when only cooling addresses are left.
   */
  take(now: number): Ip {
    if (this.#ranges.length === 0) {
      throw new IpamError('pool-not-on-node', `node has no ${this.family} CIDR yet`);
    }
    return this.#takeFree() ?? this.#takeRested(now);
  }

  /**
   * Hands out this very address.
   * @throws IpamError `address-outside`, `address-taken`, `cooldown`, `pool-not-on-node`
   */
  claim(ip: Ip, now: number): void {
    if (this.#ranges.length === 0) {
      throw new IpamError('pool-not-on-node', `node has no ${this.family} CIDR yet`);
    }
    const range = this.#rangeOf(ip);
    if (!range?.isUsable(ip)) {
      throw new IpamError(
        'address-outside',
        `requested address ${ip} is not usable in ${this.cidrs.join(', ')}`,
      );
    }
    if (!range.take(ip)) {
      const released = this.#resting.atOf(ip);
      if (released === undefined)
        throw new IpamError('address-taken', `requested address ${ip} is already allocated`);
      const wait = Math.ceil(released + this.#cooldownMs - now);
      if (wait > 0) {
        const message = `requested address ${ip} cools down for ${wait} ms more`;
        throw new IpamError('cooldown', message, { retryMs: wait });
      }
      this.#resting.remove(ip);
    }
    range.used++;
  }

  /** Takes back an address that was never given to anybody: it is free at once. */
  undo(ip: Ip): void {
    const range = this.#rangeOf(ip);
    if (range?.free(ip)) range.used--;
  }

  /** Takes back an address that was in use: it cools down and is handed out after all others. */
  release(ip: Ip, now: number): void {
    const range = this.#rangeOf(ip);
    if (range === undefined) return; // Its CIDR has not come (back) to the node.
    range.used--;
    if (range.isUsable(ip)) this.#resting.push(ip, now);
    else range.free(ip); // Leased when the node had another CIDR.
    while (this.#resting.size > RESTING_LIMIT && this.#cooled(now)) {
      const oldest = this.#resting.shift();
      this.#rangeOf(oldest)!.free(oldest);
    }
  }

  /** Released addresses, the one released first ahead. */
  resting(): Iterable<Resting> {
    return this.#resting;
  }

  stats(now: number): FamilyStats {
    const { family } = this;
    const parts = this.cidrStats(now);
    const sum = (field: 'capacity' | 'used' | 'cooling') => parts.reduce((n, part) => n + part[field], 0);
    const capacity = Math.min(sum('capacity'), Number.MAX_SAFE_INTEGER);
    const [used, cooling] = [sum('used'), sum('cooling')];
    return { family, capacity, used, cooling, free: capacity - used - cooling };
  }

  /** Fill of each CIDR, in their order. */
  cidrStats(now: number): CidrStats[] {
    const cooling = this.#cooling(now);
    return this.#ranges.map((range) => {
      const { cidr, capacity, used } = range;
      return { cidr, capacity, used, cooling: cooling.get(range) ?? 0 };
    });
  }

  /** Round through all ranges, from where the last search ended. */
  #takeFree(): Ip | undefined {
    for (let tries = 0; tries <= this.#ranges.length; tries++) {
      const range = this.#ranges[this.#range]!;
      const found = range.takeNext(this.#next);
      if (found !== undefined) {
        this.#next = found + 1;
        range.used++;
        return range.cidr.address(found);
      }
      this.#range = (this.#range + 1) % this.#ranges.length;
      this.#next = 0;
    }
    return undefined;
  }

  #takeRested(now: number): Ip {
    if (this.#resting.size === 0) {
      throw new IpamError('pool-full', `no ${this.family} address left in ${this.cidrs.join(', ')}`);
    }
    if (!this.#cooled(now)) {
      const wait = Math.ceil(this.#resting.firstAt! + this.#cooldownMs - now);
      const left = `${this.#resting.size} ${this.family} addresses left`;
      const message = `${left}, all cooling down: the first for ${wait} ms more`;
      throw new IpamError('cooldown', message, { retryMs: wait });
    }
    const ip = this.#resting.shift();
    this.#rangeOf(ip)!.used++;
    return ip;
  }

  #cooling(now: number): Map<AddressRange, number> {
    const counts = new Map<AddressRange, number>();
    for (const { ip, at } of this.#resting) {
      if (at + this.#cooldownMs <= now) continue;
      const range = this.#rangeOf(ip)!;
      counts.set(range, (counts.get(range) ?? 0) + 1);
    }
    return counts;
  }

  /** True when the oldest resting address may be handed out. */
  #cooled(now: number): boolean {
    const { firstAt } = this.#resting;
    return firstAt !== undefined && firstAt + this.#cooldownMs <= now;
  }

  #rangeOf(ip: Ip): AddressRange | undefined {
    return this.#ranges.find(({ cidr }) => cidr.contains(ip));
  }
}
