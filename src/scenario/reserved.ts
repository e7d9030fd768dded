/**
 * Addresses that a netns lab needs for itself. They stand here, below the lab, so that a scenario whose pools run into
 * them is refused with the place of the mistake.
 */

/** The link between the nodes: IPv4, IPv6. */
export const FABRIC_CIDRS = ['172.30.0.0/16', 'fd30::/64'] as const;
/** What only the namespace `outside` has, to be reached from pods through masquerade (RFC 5737, RFC 3849). */
export const OUTSIDE_CIDRS = ['203.0.113.0/24', '2001:db8:113::/64'] as const;
/** Services of a lab that names no CIDRs for them; a part of kubeadm's usual choice that a lab can hold in memory. */
export const SERVICE_CIDRS = ['10.96.0.0/16', 'fd00:10:96::/112'] as const;

/** What no lab can do without, with who needs it; Services have what the lab says. */
export const RESERVED: readonly { readonly cidr: string; readonly owner: string }[] = [
  ...FABRIC_CIDRS.map((cidr) => ({ cidr, owner: "the lab's fabric" })),
  ...OUTSIDE_CIDRS.map((cidr) => ({ cidr, owner: 'the namespace outside' })),
];
