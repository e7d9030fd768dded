import type { Cidr } from './cidr.ts';
import { familyBits } from './family.ts';
import type { Ip } from './ip.ts';

/** The addresses of a prefix that a host may have, as distances from the network address, both included. */
export interface UsableRange {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * IPv4 keeps back the network and the broadcast address, except in a /31 (RFC 3021) and a /32. IPv6 keeps back
 * the subnet-router anycast address (RFC 4291 section 2.6.1), except in a /127 (RFC 6164) and a /128.
 */
export function usableRange(cidr: Cidr): UsableRange {
  const last = cidr.size - 1n;
  if (familyBits(cidr.family) - cidr.prefix <= 1) return { first: 0n, last };
  return { first: 1n, last: cidr.family === 'ipv4' ? last - 1n : last };
}

/** The lowest address a host may have. */
export function firstUsable(cidr: Cidr): Ip {
  return cidr.address(usableRange(cidr).first);
}

/** The highest address a host may have. */
export function lastUsable(cidr: Cidr): Ip {
  return cidr.address(usableRange(cidr).last);
}

/** How many hosts the prefix has room for: 254 in an IPv4 /24. */
export function usableSize(cidr: Cidr): bigint {
  const { first, last } = usableRange(cidr);
  return last - first + 1n;
}
