/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* Other addresses and ports for a packet at tc, its checksums kept right. */
#ifndef CHURNLAB_SERVICE_REWRITE_H
#define CHURNLAB_SERVICE_REWRITE_H

#include "forward.h"
#include "service-conntrack.h"

#define TCP_CHECKSUM 16
#define TCP_FLAGS 13
#define UDP_CHECKSUM 6
#define IPV4_CHECKSUM (ETH_HLEN + offsetof(struct iphdr, check))

/* The ends of a TCP or UDP packet with its transport header, and TCP's flags; false for all others. */
static __always_inline bool read_ends(struct __sk_buff *skb, const struct packet *packet, struct flow *flow,
				      __u8 *tcp_flags)
{
	__be16 ports[2];

	if ((packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP) || packet->fragment ||
	    packet->ttl <= 1 || bpf_skb_load_bytes(skb, packet->l4, ports, sizeof(ports)))
		return false;
	*tcp_flags = 0;
	if (packet->protocol == IPPROTO_TCP && bpf_skb_load_bytes(skb, packet->l4 + TCP_FLAGS, tcp_flags, 1))
		return false;
	flow->source = packet->source;
	flow->destination = packet->destination;
	flow->source_port = ports[0];
	flow->destination_port = ports[1];
	flow->protocol = packet->protocol;
	flow->family = packet->family;
	return true;
}

/* One end of the packet: the source at 0, the destination at 1. */
static __always_inline int replace_end(struct __sk_buff *skb, struct packet *packet, __u32 which,
				       const struct address *address, __be16 old_port, __be16 port)
{
	bool udp = packet->protocol == IPPROTO_UDP;
	__u64 mangled = udp ? BPF_F_MARK_MANGLED_0 : 0; /* UDP without a checksum stays so */
	__u32 checksum = packet->l4 + (udp ? UDP_CHECKSUM : TCP_CHECKSUM);
	struct address *old = which ? &packet->destination : &packet->source;

	if (packet->family == FAMILY_IPV4) {
		__u32 offset = ETH_HLEN + offsetof(struct iphdr, saddr) + which * 4;

		if (bpf_l4_csum_replace(skb, checksum, old->words[0], address->words[0],
					BPF_F_PSEUDO_HDR | mangled | 4) ||
		    bpf_l3_csum_replace(skb, IPV4_CHECKSUM, old->words[0], address->words[0], 4) ||
		    bpf_skb_store_bytes(skb, offset, address->words, 4, 0))
			return -1;
	} else {
		__u32 offset = ETH_HLEN + offsetof(struct ipv6hdr, saddr) + which * 16;
		__s64 difference = bpf_csum_diff(old->words, 16, (__be32 *)address->words, 16, 0);

		if (bpf_l4_csum_replace(skb, checksum, 0, difference, BPF_F_PSEUDO_HDR | mangled) ||
		    bpf_skb_store_bytes(skb, offset, address->words, 16, 0))
			return -1;
	}
	*old = *address;
	if (old_port == port)
		return 0;
	return bpf_l4_csum_replace(skb, checksum, old_port, port, mangled | 2) ||
	       bpf_skb_store_bytes(skb, packet->l4 + which * 2, &port, 2, 0);
}

static __always_inline int replace_source(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
					  const struct address *address, __be16 port)
{
	return replace_end(skb, packet, 0, address, flow->source_port, port);
}

static __always_inline int replace_destination(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
					       const struct address *address, __be16 port)
{
	return replace_end(skb, packet, 1, address, flow->destination_port, port);
}

/* Off to another machine: through the overlay to what lies behind it, otherwise by the node's routes. */
static __always_inline int send_on(struct __sk_buff *skb, const struct packet *packet, const struct config *config,
				   bool overlay)
{
	const struct remote *remote = overlay ? find_remote(&packet->destination, packet->family) : NULL;

	if (!decrement_ttl(skb, packet))
		return drop(skb, METRIC_DROP_MALFORMED);
	if (remote)
		return encapsulate(skb, config, remote);
	count(skb, METRIC_FORWARD_REMOTE);
	skb->mark |= MARK_DIRECT;
	return bpf_redirect_neigh(config->uplink_ifindex, NULL, 0, 0);
}

#endif
