import { type Cidr, type Family, familyBits, firstUsable, type Ip, lastUsable } from '../../ip/index.ts';
import { AddressRange } from '../host/address-range.ts';
import type { CidrStats } from '../host/address-space.ts';
import { IpamError } from '../ipam-error.ts';

/** `first`: host-local's default, .1 of a subnet is its gateway. `elsewhere`: pods may have that one, too. */
export type Gateway = 'first' | 'elsewhere';

interface Range {
  readonly addresses: AddressRange;
  readonly gateway: Ip | undefined;
}

/**
 * The CIDRs of one family in the terms of host-local (plugins/ipam/host-local/backend/allocator): from network + 1 to
 * broadcast - 1, in IPv6 to the last one, without the gateway; handed out round robin from the one reserved last. Which
 * of them are taken is kept in a bitmap, so the next free one is found without a look at the disk.
 */
export class RangeSet {
  readonly family: Family;
  readonly #gateway: Gateway;
  readonly #ranges: Range[] = [];

  constructor(family: Family, gateway: Gateway) {
    this.family = family;
    this.#gateway = gateway;
  }

  get cidrs(): readonly Cidr[] {
    return this.#ranges.map(({ addresses }) => addresses.cidr);
  }

  /** @throws IpamError `cidr-mask` for what host-local refuses, `cidr-collision` */
  grow(cidr: Cidr): void {
    if (cidr.prefix > familyBits(cidr.family) - 2) {
      throw new IpamError('cidr-mask', `Network ${cidr} too small to allocate from`);
    }
    const other = this.cidrs.find((known) => known.overlaps(cidr));
    if (other) throw new IpamError('cidr-collision', `requested CIDR ${cidr} collides with ${other}`);
    const gateway = this.#gateway === 'first' ? cidr.address(1) : undefined;
    const addresses = new AddressRange(cidr);
    if (gateway) addresses.take(gateway);
    this.#ranges.push({ addresses, gateway });
  }

  /** The next free address behind this one and round, which is now taken. */
  takeNext(last: Ip | undefined): Ip | undefined {
    const start = Math.max(0, last ? this.#ranges.findIndex(({ addresses }) => addresses.isUsable(last)) : 0);
    for (let turn = 0; turn <= this.#ranges.length; turn++) {
      const range = this.#ranges[(start + turn) % this.#ranges.length];
      const { cidr } = range!.addresses;
      const from = turn === 0 && last && cidr.contains(last) ? Number(cidr.offsetOf(last)) + 1 : 0;
      const found = range!.addresses.takeNext(from);
      if (found === undefined) continue;
      range!.addresses.used++;
      return cidr.address(found);
    }
    return undefined;
  }

  /** Takes this address; false when it is taken. One outside stays with its owner, and is not counted. */
  take(ip: Ip): boolean {
    const range = this.#rangeOf(ip);
    if (!range?.addresses.take(ip)) return false;
    range.addresses.used++;
    return true;
  }

  free(ip: Ip): void {
    const range = this.#rangeOf(ip);
    if (range?.gateway?.equals(ip)) return;
    if (range?.addresses.free(ip)) range.addresses.used--;
  }

  /** Whether a pod may ask for it. */
  contains(ip: Ip): boolean {
    return this.#ranges.some(({ addresses }) => addresses.isUsable(ip));
  }

  isGateway(ip: Ip): boolean {
    return this.#ranges.some(({ gateway }) => gateway?.equals(ip));
  }

  /** Forgets what is taken. */
  clear(): void {
    const cidrs = this.cidrs;
    this.#ranges.length = 0;
    for (const cidr of cidrs) this.grow(cidr);
  }

  stats(): CidrStats[] {
    return this.#ranges.map(({ addresses: { cidr, capacity, used }, gateway }) => ({
      cidr,
      capacity: gateway ? capacity - 1 : capacity,
      used,
      cooling: 0,
    }));
  }

  /** As in host-local's messages: `10.1.0.1-10.1.0.254`. */
  toString(): string {
    return this.cidrs.map((cidr) => `${firstUsable(cidr)}-${lastUsable(cidr)}`).join(',');
  }

  #rangeOf(ip: Ip): Range | undefined {
    return this.#ranges.find(({ addresses }) => addresses.cidr.contains(ip));
  }
}
