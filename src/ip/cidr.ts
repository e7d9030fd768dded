import { type Family, familyBits } from './family.ts';
import { Ip } from './ip.ts';
import { IpError } from './ip-error.ts';

/** What Cidr.parse read: the prefix itself, and whether the text had bits set beyond it. */
export interface ParsedCidr {
  readonly cidr: Cidr;
  /** True for 10.20.30.40/24: the cidr is then 10.20.30.0/24. */
  readonly hostBits: boolean;
}

/** A prefix of either family as an immutable value. Equal prefixes have equal text. */
export class Cidr {
  /** The lowest address. */
  readonly network: Ip;
  /** Length of the prefix in bits. */
  readonly prefix: number;
  /** First number behind the last address, of the kind that the family's numbers are. */
  readonly #end: number | bigint;

  private constructor(network: Ip, prefix: number) {
    this.network = network;
    this.prefix = prefix;
    const first = network.number;
    this.#end = typeof first === 'number' ? first + 2 ** (32 - prefix) : first + (1n << BigInt(128 - prefix));
  }

  /**
   * Reads `address/length` and keeps the network; bits beyond the prefix are reported, not refused.
   * Strict: a length is there, in decimal, without leading zeroes. Throws IpError `invalid-cidr`.
   */
  static parse(text: string): ParsedCidr {
    const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
    if (match === null) {
      throw new IpError('invalid-cidr', `Expected a CIDR such as 10.20.0.0/16, got "${text}"`, text);
    }
    let address: Ip;
    try {
      address = Ip.parse(match[1]!);
    } catch (cause) {
      throw new IpError('invalid-cidr', `Expected a CIDR, got "${text}": ${(cause as Error).message}`, text, {
        cause,
      });
    }
    const prefix = Number(match[2]);
    if (prefix > familyBits(address.family)) {
      const limit = familyBits(address.family);
      throw new IpError('invalid-cidr', `Expected a prefix length up to ${limit}, got "${text}"`, text);
    }
    const cidr = Cidr.around(address, prefix);
    return { cidr, hostBits: !cidr.network.equals(address) };
  }

  /** Reads a prefix that must be written exactly. Throws IpError `invalid-cidr`, or `host-bits`. */
  static parseExact(text: string): Cidr {
    const { cidr, hostBits } = Cidr.parse(text);
    if (hostBits)
      throw new IpError('host-bits', `Expected no host bits, got "${text}" (${cidr} is the network)`, text);
    return cidr;
  }

  /** The prefix of this length that holds the address. Throws IpError `out-of-range` for an impossible length. */
  static around(address: Ip, prefix: number): Cidr {
    const bits = familyBits(address.family);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
      throw new IpError(
        'out-of-range',
        `Expected a prefix length from 0 to ${bits}, got ${prefix}`,
        String(prefix),
      );
    }
    const shift = BigInt(bits - prefix);
    return new Cidr(Ip.fromValue(address.family, (address.value >> shift) << shift), prefix);
  }

  /** By network (IPv4 first), the shorter prefix before the longer: for sort(). */
  static compare(this: void, a: Cidr, b: Cidr): number {
    return Ip.compare(a.network, b.network) || a.prefix - b.prefix;
  }

  get family(): Family {
    return this.network.family;
  }

  /** Number of addresses, the reserved ones included. */
  get size(): bigint {
    return BigInt(this.#end) - this.network.value;
  }

  /** The highest address: the broadcast address of an IPv4 subnet. */
  get last(): Ip {
    return Ip.fromValue(this.family, BigInt(this.#end) - 1n);
  }

  /** True when the address, or the whole of the other prefix, lies inside. */
  contains(other: Ip | Cidr): boolean {
    if (other instanceof Cidr) return other.prefix >= this.prefix && this.contains(other.network);
    if (other.family !== this.family) return false;
    return other.number >= this.network.number && other.number < this.#end;
  }

  /** Two prefixes overlap exactly when one contains the other. */
  overlaps(other: Cidr): boolean {
    return this.contains(other) || other.contains(this);
  }

  equals(other: Cidr): boolean {
    return this.prefix === other.prefix && this.network.equals(other.network);
  }

  /** The address at this distance from the network address. Throws IpError `out-of-range`. */
  address(offset: number | bigint): Ip {
    const first = this.network.number;
    const value = typeof first === 'number' ? first + Number(offset) : first + BigInt(offset);
    if (value < first || value >= this.#end) throw outside(this, `address ${offset}`);
    return Ip.fromValue(this.family, value);
  }

  /** Distance of an address from the network address. Throws IpError `out-of-range` when it is not inside. */
  offsetOf(address: Ip): bigint {
    if (!this.contains(address)) throw outside(this, address.toString());
    return address.value - this.network.value;
  }

  /** How many prefixes of this length fit. 0 when it is shorter than the own one. */
  subnetCount(prefix: number): bigint {
    return prefix < this.prefix ? 0n : 1n << BigInt(prefix - this.prefix);
  }

  /** The prefix number `index` of this length, from 0. Throws IpError `out-of-range`. */
  subnet(prefix: number, index: number | bigint): Cidr {
    const at = BigInt(index);
    if (prefix > familyBits(this.family) || at < 0n || at >= this.subnetCount(prefix)) {
      throw outside(this, `subnet ${index} of length ${prefix}`);
    }
    const shift = BigInt(familyBits(this.family) - prefix);
    return new Cidr(Ip.fromValue(this.family, this.network.value + (at << shift)), prefix);
  }

  /** The inverse of subnet(): the number of a prefix inside. Throws IpError `out-of-range`. */
  subnetIndex(subnet: Cidr): bigint {
    if (!this.contains(subnet)) throw outside(this, subnet.toString());
    return (subnet.network.value - this.network.value) >> BigInt(familyBits(this.family) - subnet.prefix);
  }

  toString(): string {
    return `${this.network}/${this.prefix}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

function outside(cidr: Cidr, what: string): IpError {
  return new IpError('out-of-range', `Expected something inside ${cidr}, got ${what}`, what);
}
