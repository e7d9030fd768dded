/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Direct server return: the node that a client called tells the backend's node which frontend that was, and takes no
 * part in the answer. It is told in an IPv4 option or an IPv6 destination option, both of the numbers for experiments
 * (RFC 4727), in the packet that begins a TCP connection and in each of UDP. The backend's node takes it out again.
 */
#ifndef CHURNLAB_SERVICE_DSR_H
#define CHURNLAB_SERVICE_DSR_H

#include "service-reject.h"

#define DSR_OPTION_IPV4 158 /* copied, class 0, number 30 */
#define DSR_OPTION_IPV6 0x1e

struct dsr_ipv4 {
	__u8 type;
	__u8 length;
	__be16 port;
	__be32 address;
};

struct dsr_ipv6 {
	__u8 next;
	__u8 length; /* in units of 8 bytes, the first not counted */
	__u8 type;
	__u8 option_length;
	__be16 port;
	__be16 zero;
	struct address address;
};

static __always_inline bool carries_frontend(__u8 protocol, __u8 tcp_flags)
{
	return protocol == IPPROTO_UDP || (tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* Sets length and checksum of an IPv4 header of `words` words (at most 7). */
static __always_inline int finish_ipv4(struct __sk_buff *skb, __u8 words, __s32 growth)
{
	__u32 header[7] = {};
	struct iphdr *ip = (void *)header;

	if (words == 7 ? bpf_skb_load_bytes(skb, ETH_HLEN, header, 28) : bpf_skb_load_bytes(skb, ETH_HLEN, header, 20))
		return -1;
	ip->ihl = words;
	ip->tot_len = bpf_htons(bpf_ntohs(ip->tot_len) + growth);
	ip->check = 0;
	ip->check = fold(bpf_csum_diff(NULL, 0, header, sizeof(header), 0)); /* what lies behind 20 is zero */
	return words == 7 ? bpf_skb_store_bytes(skb, ETH_HLEN, header, 28, 0)
			  : bpf_skb_store_bytes(skb, ETH_HLEN, header, 20, 0);
}

static __always_inline int insert_ipv4(struct __sk_buff *skb, struct packet *packet, const struct flow *flow)
{
	struct dsr_ipv4 option = {
		.type = DSR_OPTION_IPV4,
		.length = sizeof(option),
		.port = flow->destination_port,
		.address = flow->destination.words[0],
	};

	if (packet->l4 != ETH_HLEN + sizeof(struct iphdr) ||
	    bpf_skb_adjust_room(skb, sizeof(option), BPF_ADJ_ROOM_NET, 0) ||
	    bpf_skb_store_bytes(skb, packet->l4, &option, sizeof(option), 0))
		return -1;
	packet->l4 += sizeof(option);
	return finish_ipv4(skb, 7, sizeof(option));
}

static __always_inline int set_ipv6(struct __sk_buff *skb, __u8 next, __s32 growth)
{
	__be16 length;

	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, payload_len), &length, 2))
		return -1;
	length = bpf_htons(bpf_ntohs(length) + growth);
	return bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, payload_len), &length, 2, 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, nexthdr), &next, 1, 0);
}

static __always_inline int insert_ipv6(struct __sk_buff *skb, struct packet *packet, const struct flow *flow)
{
	struct dsr_ipv6 option = {
		.next = packet->protocol,
		.length = sizeof(option) / 8 - 1,
		.type = DSR_OPTION_IPV6,
		.option_length = sizeof(option) - 4,
		.port = flow->destination_port,
		.address = flow->destination,
	};

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) ||
	    bpf_skb_adjust_room(skb, sizeof(option), BPF_ADJ_ROOM_NET, 0) ||
	    bpf_skb_store_bytes(skb, packet->l4, &option, sizeof(option), 0))
		return -1;
	packet->l4 += sizeof(option);
	return set_ipv6(skb, IPPROTO_DSTOPTS, sizeof(option));
}

/* Tells the backend's node which frontend was called. */
static __noinline int insert_frontend(struct __sk_buff *skb, struct packet *packet, const struct flow *flow)
{
	return packet->family == FAMILY_IPV4 ? insert_ipv4(skb, packet, flow) : insert_ipv6(skb, packet, flow);
}

/* Takes the frontend out of a packet into `reverse`; 0 when there was one. */
static __always_inline int extract_ipv4(struct __sk_buff *skb, struct packet *packet, struct reverse_nat *reverse)
{
	struct dsr_ipv4 option;

	if (packet->l4 != ETH_HLEN + sizeof(struct iphdr) + sizeof(option) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct iphdr), &option, sizeof(option)) ||
	    option.type != DSR_OPTION_IPV4 || option.length != sizeof(option))
		return -1;
	reverse->source.words[0] = option.address;
	reverse->source_port = option.port;
	packet->l4 -= sizeof(option);
	return bpf_skb_adjust_room(skb, -(__s32)sizeof(option), BPF_ADJ_ROOM_NET, 0) ||
	       finish_ipv4(skb, 5, -(__s32)sizeof(option));
}

static __always_inline int extract_ipv6(struct __sk_buff *skb, struct packet *packet, struct reverse_nat *reverse)
{
	struct dsr_ipv6 option;

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(option) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct ipv6hdr), &option, sizeof(option)) ||
	    option.type != DSR_OPTION_IPV6 || option.option_length != sizeof(option) - 4)
		return -1;
	reverse->source = option.address;
	reverse->source_port = option.port;
	packet->l4 -= sizeof(option);
	return bpf_skb_adjust_room(skb, -(__s32)sizeof(option), BPF_ADJ_ROOM_NET, 0) ||
	       set_ipv6(skb, option.next, -(__s32)sizeof(option));
}

/* A packet that another node has sent on to a pod here: its answer is noted. Nonzero when it is none. */
static __noinline int extract_frontend(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
				       bool overlay)
{
	struct reverse_nat reverse = {};
	struct flow answer = *flow;

	if (packet->family == FAMILY_IPV4 ? extract_ipv4(skb, packet, &reverse) : extract_ipv6(skb, packet, &reverse))
		return -1;
	reverse.destination = flow->source;
	reverse.destination_port = flow->source_port;
	reverse.seen = bpf_ktime_get_ns();
	/* From outside the client itself is answered by the uplink, from within the cluster the way it came. */
	reverse.flags = overlay && find_remote(&flow->source, flow->family) ? REVERSE_OVERLAY : 0;
	answer.source = flow->destination;
	answer.source_port = flow->destination_port;
	answer.destination = flow->source;
	answer.destination_port = flow->source_port;
	return (int)bpf_map_update_elem(&reverse_nat, &answer, &reverse, BPF_ANY);
}

#endif
