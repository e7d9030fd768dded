import type { Family } from '../../ip/index.ts';
import type { Routing } from '../maps/config.ts';

/** Outer IP header, UDP (8), VXLAN (8) and the inner Ethernet header (14): RFC 7348, section 5. */
const VXLAN_OVERHEAD = { ipv4: 20 + 8 + 8 + 14, ipv6: 40 + 8 + 8 + 14 } as const;

/**
 * The largest IP packet of a pod, in bytes, that needs no fragmentation on the way to another node.
 * @param underlay family of the addresses that the nodes reach each other by
 */
export function podMtu(uplinkMtu: number, routing: Routing, underlay: Family): number {
  return routing === 'direct' ? uplinkMtu : uplinkMtu - VXLAN_OVERHEAD[underlay];
}
