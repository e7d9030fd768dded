/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What only passes through this node on its way to a backend or a client elsewhere, turned round on the uplink before
 * the stack has a buffer for it. All the rest, and what needs a neighbour looked up, an option or a tunnel, is left
 * to the programs at tc, which do the same.
 */
#ifndef CHURNLAB_SERVICE_XDP_H
#define CHURNLAB_SERVICE_XDP_H

#include "forward.h"
#include "service-conntrack.h"

#include <linux/tcp.h>
#include <linux/udp.h>

struct frame {
	struct ethhdr *eth;
	struct iphdr *ipv4; /* one of these two */
	struct ipv6hdr *ipv6;
	__be16 *ports;
	__u16 *checksum; /* of TCP or UDP */
};

static __always_inline bool is_uplink(const __u8 *mac, const struct service_config *config)
{
	__u8 other = 0;

#pragma unroll
	for (int i = 0; i < ETH_ALEN; i++)
		other |= mac[i] ^ config->uplink_mac[i];
	return !other;
}

/* The ends of a plain TCP or UDP packet for this node; false for everything else. */
static __always_inline bool read_frame(struct xdp_md *ctx, struct frame *frame, struct flow *flow, __u8 *tcp_flags)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end, *l4;
	const struct service_config *config = the_service_config();
	struct ethhdr *eth = data;

	if (!config || (void *)(eth + 1) > end || !is_uplink(eth->h_dest, config))
		return false;
	frame->eth = eth;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = (void *)(eth + 1);

		if ((void *)(ip + 1) > end || ip->ihl != 5 || ip->frag_off & bpf_htons(0x3fff) || ip->ttl <= 1)
			return false;
		frame->ipv4 = ip;
		flow->source.words[0] = ip->saddr;
		flow->destination.words[0] = ip->daddr;
		flow->protocol = ip->protocol;
		flow->family = FAMILY_IPV4;
		l4 = ip + 1;
	} else if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = (void *)(eth + 1);

		if ((void *)(ip + 1) > end || ip->hop_limit <= 1)
			return false;
		frame->ipv6 = ip;
		__builtin_memcpy(&flow->source, &ip->saddr, 16);
		__builtin_memcpy(&flow->destination, &ip->daddr, 16);
		flow->protocol = ip->nexthdr;
		flow->family = FAMILY_IPV6;
		l4 = ip + 1;
	} else {
		return false;
	}
	if (flow->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = l4;

		if ((void *)(tcp + 1) > end)
			return false;
		*tcp_flags = ((__u8 *)tcp)[13];
		frame->checksum = &tcp->check;
	} else if (flow->protocol == IPPROTO_UDP) {
		struct udphdr *udp = l4;

		if ((void *)(udp + 1) > end)
			return false;
		*tcp_flags = 0;
		frame->checksum = &udp->check;
	} else {
		return false;
	}
	frame->ports = l4;
	flow->source_port = frame->ports[0];
	flow->destination_port = frame->ports[1];
	return true;
}

/* RFC 1624. */
static __always_inline void patch(__u16 *checksum, __u32 difference)
{
	__u32 sum = (__u16)~*checksum + (difference & 0xffff) + (difference >> 16);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	*checksum = ~sum;
}

/* Gives the packet other ends and one hop less. */
static __always_inline void rewrite_frame(struct frame *frame, const struct flow *old, const struct flow *new)
{
	__u32 addresses, ports, before = (__u32)old->source_port << 16 | old->destination_port,
				after = (__u32)new->source_port << 16 | new->destination_port;

	/* Source and destination lie side by side in a flow as in a header. */
	addresses = bpf_csum_diff((__be32 *)&old->source, 32, (__be32 *)&new->source, 32, 0);
	ports = bpf_csum_diff(&before, 4, &after, 4, addresses);
	if (old->protocol == IPPROTO_TCP || *frame->checksum) {
		patch(frame->checksum, ports);
		if (old->protocol == IPPROTO_UDP && !*frame->checksum)
			*frame->checksum = 0xffff; /* zero means none */
	}
	frame->ports[0] = new->source_port;
	frame->ports[1] = new->destination_port;
	if (frame->ipv4) {
		frame->ipv4->saddr = new->source.words[0];
		frame->ipv4->daddr = new->destination.words[0];
		patch(&frame->ipv4->check, addresses);
		__u32 check = frame->ipv4->check + bpf_htons(0x0100);

		frame->ipv4->check = check + (check >= 0xffff);
		frame->ipv4->ttl--;
	} else if (frame->ipv6) {
		__builtin_memcpy(&frame->ipv6->saddr, &new->source, 16);
		__builtin_memcpy(&frame->ipv6->daddr, &new->destination, 16);
		frame->ipv6->hop_limit--;
	}
}

/* Back out of the link that it came in by; the stack's when that is not the way or the neighbour is not known. */
static __noinline int turn_round(struct xdp_md *ctx, struct frame *frame, const struct flow *old,
				      const struct flow *new)
{
	struct bpf_fib_lookup fib = { .ifindex = ctx->ingress_ifindex };

	if (new->family == FAMILY_IPV4) {
		fib.family = AF_INET;
		fib.ipv4_src = new->source.words[0];
		fib.ipv4_dst = new->destination.words[0];
	} else {
		fib.family = AF_INET6;
		__builtin_memcpy(fib.ipv6_src, &new->source, 16);
		__builtin_memcpy(fib.ipv6_dst, &new->destination, 16);
	}
	fib.tot_len = ctx->data_end - ctx->data - ETH_HLEN;
	if (bpf_fib_lookup(ctx, &fib, sizeof(fib), 0) != BPF_FIB_LKUP_RET_SUCCESS ||
	    fib.ifindex != ctx->ingress_ifindex)
		return XDP_PASS;
	rewrite_frame(frame, old, new);
	__builtin_memcpy(frame->eth->h_dest, fib.dmac, ETH_ALEN);
	__builtin_memcpy(frame->eth->h_source, fib.smac, ETH_ALEN);
	count_service(SERVICE_XDP, ctx->data_end - ctx->data);
	return XDP_TX;
}

SEC("xdp")
int cl_service_xdp(struct xdp_md *ctx)
{
	const struct config *config = the_config();
	const struct reverse_nat *reverse;
	const struct frontend *frontend;
	const struct address *source;
	struct flow flow = {}, new;
	struct conntrack to = {};
	struct frame frame = {};
	__u8 tcp_flags = 0;

	if (!config || config->flags & CONFIG_VXLAN || !read_frame(ctx, &frame, &flow, &tcp_flags))
		return XDP_PASS;
	new = flow;
	reverse = find_answer(&flow, tcp_flags);
	if (reverse) {
		if (find_endpoint(&reverse->destination, flow.family))
			return XDP_PASS;
		new.source = reverse->source;
		new.source_port = reverse->source_port;
		new.destination = reverse->destination;
		new.destination_port = reverse->destination_port;
		return turn_round(ctx, &frame, &flow, &new);
	}
	frontend = find_frontend(&flow.destination, flow.destination_port, flow.protocol, flow.family);
	if (!frontend || resolve(&flow, tcp_flags, frontend, FROM_NETWORK, &to) != DECIDED_TRANSLATE ||
	    !(to.flags & CONNTRACK_SNAT))
		return XDP_PASS;
	source = source_of(&to, flow.family);
	if (!source)
		return XDP_PASS;
	new.source = *source;
	new.source_port = to.source_port;
	new.destination = to.address;
	new.destination_port = to.port;
	return turn_round(ctx, &frame, &flow, &new);
}

#endif
