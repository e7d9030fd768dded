import type { Cidr } from '../ip/index.ts';

/** clusterSubnetMaxDiff of Kubernetes' cidrset and multicidrset. */
export const IPV6_MASK_DIFFERENCE = 16;

/**
 * Kubernetes' allocators cut an IPv6 CIDR into no more than 2^16 pieces, for the sake of their bitmap. They do not ask
 * this of IPv4: 10.0.0.0/8 gives 131,072 nodes a /25.
 */
export function exceedsIpv6Limit(cidr: Cidr, maskSize: number): boolean {
  return cidr.family === 'ipv6' && maskSize - cidr.prefix > IPV6_MASK_DIFFERENCE;
}
