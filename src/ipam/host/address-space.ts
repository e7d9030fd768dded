import { type Cidr, type Family, type Ip, usableRange, usableSize } from '../../ip/index.ts';
import { Fifo } from '../fifo.ts';
import { type Index, IndexSet, toIndex } from '../index-set.ts';
import { IpamError } from '../ipam-error.ts';

/** How many released addresses are kept in order of release once their cooldown is over. */
const RESTING_LIMIT = 4096;

/** One CIDR. A place is taken when its address is reserved, leased, or resting. */
interface Range {
  readonly cidr: Cidr;
  readonly taken: IndexSet;
  /** First place behind the last usable one. */
  readonly end: bigint;
  /** Number of reserved places at the start: the network address, or none. */
  readonly first: number;
}

/** A released address that waits to be the oldest. */
interface Resting {
  readonly ip: Ip;
  readonly at: number;
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
  readonly #ranges: Range[] = [];
  /** Where the search for a never-used address goes on. */
  #range = 0;
  #next = 0;
  /** Released addresses by text. An entry of the queue that is not the one in here is void. */
  readonly #resting = new Map<string, Resting>();
  #queue = new Fifo<Resting>();
  #used = 0;

  constructor(family: Family, cooldownMs: number) {
    this.family = family;
    this.#cooldownMs = cooldownMs;
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
    const { first, last } = usableRange(cidr);
    const range: Range = { cidr, taken: new IndexSet(cidr.size), first: Number(first), end: last + 1n };
    this.#ranges.push(range);
    for (const ip of leased) if (cidr.contains(ip) && range.taken.add(place(range, ip))) this.#used++;
    for (const { ip, at } of resting) {
      if (cidr.contains(ip) && usable(range, ip) && !range.taken.has(place(range, ip)))
        this.#rest(range, ip, at);
    }
    const inOrder = [...this.resting()].sort((a, b) => a.at - b.at);
    this.#queue = new Fifo();
    for (const entry of inOrder) this.#queue.push(entry);
  }

  /**
   * Hands out an address.
   * @throws IpamError `pool-not-on-node`, `pool-full`, or `cooldown` when only cooling addresses are left.
   */
  take(now: number): Ip {
    if (this.#ranges.length === 0) {
      throw new IpamError('pool-not-on-node', `node has no ${this.family} CIDR yet`);
    }
    const ip = this.#takeFree() ?? this.#takeRested(now);
    this.#used++;
    return ip;
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
    if (range === undefined || !usable(range, ip)) {
      throw new IpamError(
        'address-outside',
        `requested address ${ip} is not usable in ${this.cidrs.join(', ')}`,
      );
    }
    const resting = this.#resting.get(ip.toString());
    if (resting !== undefined) {
      const wait = Math.ceil(resting.at + this.#cooldownMs - now);
      if (wait > 0) throw new IpamError('cooldown', `requested address ${ip} cools down for ${wait} ms more`);
      this.#resting.delete(ip.toString());
    } else if (!range.taken.add(place(range, ip))) {
      throw new IpamError('address-taken', `requested address ${ip} is already allocated`);
    }
    this.#used++;
  }

  /** Takes back an address that was never given to anybody: it is free at once. */
  undo(ip: Ip): void {
    const range = this.#rangeOf(ip);
    if (range?.taken.delete(place(range, ip))) this.#used--;
  }

  /** Takes back an address that was in use: it cools down and is handed out after all others. */
  release(ip: Ip, now: number): void {
    const range = this.#rangeOf(ip);
    if (range === undefined) return; // Its CIDR has not come (back) to the node.
    this.#used--;
    if (usable(range, ip)) this.#rest(range, ip, now);
    else range.taken.delete(place(range, ip)); // Leased when the node had another CIDR.
    while (this.#resting.size > RESTING_LIMIT && this.#cooled(now)) this.#free(this.#shift()!);
  }

  /** Released addresses, the one released first ahead. */
  *resting(): Generator<Resting> {
    for (const entry of this.#queue) if (this.#resting.get(entry.ip.toString()) === entry) yield entry;
  }

  stats(now: number): FamilyStats {
    const total = Number(this.#ranges.reduce((sum, { cidr }) => sum + usableSize(cidr), 0n));
    const capacity = Math.min(total, Number.MAX_SAFE_INTEGER);
    let cooling = 0;
    for (const { at } of this.#resting.values()) if (at + this.#cooldownMs > now) cooling++;
    return {
      family: this.family,
      capacity,
      used: this.#used,
      cooling,
      free: capacity - this.#used - cooling,
    };
  }

  /** Round through all ranges, from where the last search ended. */
  #takeFree(): Ip | undefined {
    for (let tries = 0; tries <= this.#ranges.length; tries++) {
      const range = this.#ranges[this.#range]!;
      const found = range.taken.nextFree(Math.max(this.#next, range.first));
      if (found !== undefined && found < range.end) {
        range.taken.add(found);
        this.#next = found + 1;
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
      const wait = Math.ceil(this.#queue.peek()!.at + this.#cooldownMs - now);
      const left = `${this.#resting.size} ${this.family} addresses left`;
      throw new IpamError('cooldown', `${left}, all cooling down: the first for ${wait} ms more`);
    }
    return this.#shift()!.ip;
  }

  #rest(range: Range, ip: Ip, at: number): void {
    range.taken.add(place(range, ip));
    const entry = { ip, at };
    this.#resting.set(ip.toString(), entry);
    this.#queue.push(entry);
  }

  /** True when the oldest resting address may be handed out. Drops void entries before it. */
  #cooled(now: number): boolean {
    for (let head = this.#queue.peek(); head; this.#queue.shift(), head = this.#queue.peek()) {
      if (this.#resting.get(head.ip.toString()) === head) return head.at + this.#cooldownMs <= now;
    }
    return false;
  }

  /** Ends the rest of the oldest one, which stays taken. */
  #shift(): Resting | undefined {
    const entry = this.#queue.shift();
    if (entry) this.#resting.delete(entry.ip.toString());
    return entry;
  }

  #free({ ip }: Resting): void {
    const range = this.#rangeOf(ip)!;
    range.taken.delete(place(range, ip));
  }

  #rangeOf(ip: Ip): Range | undefined {
    return this.#ranges.find(({ cidr }) => cidr.contains(ip));
  }
}

function place(range: Range, ip: Ip): Index {
  return toIndex(ip.value - range.cidr.network.value);
}

function usable(range: Range, ip: Ip): boolean {
  const offset = ip.value - range.cidr.network.value;
  return offset >= range.first && offset < range.end;
}
