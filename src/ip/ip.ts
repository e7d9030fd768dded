import { Address4, Address6 } from 'ip-address';
import { compareFamilies, type Family, familyBits } from './family.ts';
import { IpError } from './ip-error.ts';

/** ::ffff:0:0/96, the IPv4-mapped addresses, which RFC 5952 section 5 writes with a dotted tail. */
const MAPPED_HIGH = 0xffffn;

const IPV4_END = 2 ** 32;
const IPV6_END = 1n << 128n;

/**
 * An address of either family as an immutable value. Equal addresses have equal text: dotted decimal, or the
 * canonical form of RFC 5952. The text is made when it is first asked for.
 */
export class Ip {
  readonly family: Family;
  /**
   * The address as a number, most significant byte first: a number for IPv4, a bigint for IPv6. Arithmetic with
   * bigints takes ten times as long, and addresses are on the path of every allocation.
   */
  readonly number: number | bigint;
  #text: string | undefined;

  private constructor(family: Family, number: number | bigint) {
    this.family = family;
    this.number = number;
  }

  /** The address as a number of either family. */
  get value(): bigint {
    return BigInt(this.number);
  }

  /**
   * Reads an address. Strict: no leading zeroes, no zone, no prefix length, no white space.
   * Throws IpError `invalid-address`.
   */
  static parse(text: string): Ip {
    if (text.includes('%')) throw invalid(text, 'without a zone');
    if (text.includes('/')) throw invalid(text, 'without a prefix length');
    try {
      return text.includes(':')
        ? new Ip('ipv6', new Address6(text).bigInt())
        : new Ip('ipv4', Number(new Address4(text).bigInt()));
    } catch (cause) {
      throw invalid(text, `(${(cause as Error).message.replace(/\.$/, '')})`, cause);
    }
  }

  /** The address with this number. Throws IpError `out-of-range`. */
  static fromValue(family: Family, value: number | bigint): Ip {
    if (value < 0 || value >= (family === 'ipv4' ? IPV4_END : IPV6_END)) {
      throw new IpError('out-of-range', `Expected an ${family} address, got number ${value}`, String(value));
    }
    return new Ip(family, family === 'ipv4' ? Number(value) : BigInt(value));
  }

  /** Reads 4 or 16 bytes in network order. Throws IpError `invalid-address` for any other length. */
  static fromBytes(bytes: Uint8Array): Ip {
    if (bytes.length !== 4 && bytes.length !== 16) {
      throw new IpError('invalid-address', `Expected 4 or 16 bytes, got ${bytes.length}`, bytes.toString());
    }
    if (bytes.length === 4) {
      let number = 0;
      for (const byte of bytes) number = number * 256 + byte;
      return new Ip('ipv4', number);
    }
    let value = 0n;
    for (const byte of bytes) value = (value << 8n) | BigInt(byte);
    return new Ip('ipv6', value);
  }

  /** IPv4 before IPv6, then by number: for sort(). */
  static compare(this: void, a: Ip, b: Ip): number {
    return compareFamilies(a.family, b.family) || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
  }

  /** The address `distance` further on. Throws IpError `out-of-range` beyond either end of the family. */
  plus(distance: number | bigint): Ip {
    return Ip.fromValue(this.family, this.value + BigInt(distance));
  }

  equals(other: Ip): boolean {
    return this.number === other.number && this.family === other.family;
  }

  /** 4 or 16 bytes in network order, as netlink attributes and BPF map keys hold them. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(familyBits(this.family) / 8);
    let rest = this.value;
    for (let i = bytes.length - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
    return bytes;
  }

  toString(): string {
    this.#text ??= this.family === 'ipv4' ? dotted(Number(this.number)) : canonical(this.value);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }
}

function dotted(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/**
 * RFC 5952: groups in hex without leading zeroes, the longest run of two or more zero groups (the first of
 * several) as `::`. Written out here because it is on the path of every allocation; ip-address takes 3 us.
 */
function canonical(value: bigint): string {
  if (value >> 32n === MAPPED_HIGH) return `::ffff:${dotted(Number(value & 0xffff_ffffn))}`;
  const groups: number[] = [];
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const word = Number((value >> shift) & 0xffff_ffffn);
    groups.push(word >>> 16, word & 0xffff);
  }
  let [start, length] = [0, 1];
  for (let i = 0, run = 0; i < 8; i++) {
    run = groups[i] === 0 ? run + 1 : 0;
    if (run > length) [start, length] = [i + 1 - run, run];
  }
  if (length === 1) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function invalid(text: string, what: string, cause?: unknown): IpError {
  return new IpError('invalid-address', `Expected an IP address ${what}, got "${text}"`, text, { cause });
}
