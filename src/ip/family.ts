/** The two address families, by the names Kubernetes' conditions and our objects use. */
export type Family = 'ipv4' | 'ipv6';

/** Length of an address in bits. */
export function familyBits(family: Family): 32 | 128 {
  return family === 'ipv4' ? 32 : 128;
}

/** IPv4 before IPv6, the order in which dual-stack lists are written. */
export function compareFamilies(a: Family, b: Family): number {
  return a === b ? 0 : a === 'ipv4' ? -1 : 1;
}
