/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Flows that the node's stack takes part in.
 *
 * These programs carry packets past the node's stack. When the stack translated one direction of a flow
 * (kube-proxy's DNAT, a host port), the other direction must come back through it, or the client sees an
 * answer from an address that it never called. So whatever the stack hands to a pod, or sends for a pod, on a
 * path that would otherwise be a short cut leaves its reply's ends in `stack_flows`; a packet with these ends
 * takes the stack as well.
 */
#ifndef CHURNLAB_FLOW_H
#define CHURNLAB_FLOW_H

#include "maps.h"
#include "packet.h"

#define TCP_SYN 0x02
#define TCP_ACK 0x10

#define ICMP_ECHOREPLY 0
#define ICMP_UNREACHABLE 3
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETER_PROBLEM 12
#define ICMPV6_FIRST_INFORMATIONAL 128
#define ICMPV6_ECHO_REQUEST 128
#define ICMPV6_ECHO_REPLY 129

static __always_inline void reverse(struct flow *flow)
{
	struct address address = flow->source;
	__be16 port = flow->source_port;

	flow->source = flow->destination;
	flow->destination = address;
	flow->source_port = flow->destination_port;
	flow->destination_port = port;
}

/* Ports of TCP, UDP and whatever has them in the same place; `syn` when the packet begins a connection. */
static __always_inline void read_ports(struct __sk_buff *skb, __u32 l4, struct flow *flow, bool *syn)
{
	__be16 ports[2] = {};
	__u8 flags = 0;

	if (flow->protocol != IPPROTO_TCP && flow->protocol != IPPROTO_UDP && flow->protocol != IPPROTO_SCTP)
		return;
	bpf_skb_load_bytes(skb, l4, ports, sizeof(ports));
	flow->source_port = ports[0];
	flow->destination_port = ports[1];
	if (flow->protocol == IPPROTO_TCP && !bpf_skb_load_bytes(skb, l4 + 13, &flags, 1))
		*syn = (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/*
 * An ICMP error is about a packet that its receiver has sent: it belongs to the reply direction of the packet
 * that it quotes.
 */
static __always_inline void read_quoted(struct __sk_buff *skb, __u32 offset, struct flow *flow)
{
	bool syn;

	if (flow->family == FAMILY_IPV4) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return;
		flow->source.words[0] = ip.saddr;
		flow->destination.words[0] = ip.daddr;
		flow->protocol = ip.protocol;
		offset += ip.ihl * 4;
	} else {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return;
		__builtin_memcpy(&flow->source, &ip.saddr, sizeof(flow->source));
		__builtin_memcpy(&flow->destination, &ip.daddr, sizeof(flow->destination));
		flow->protocol = ip.nexthdr;
		offset += sizeof(ip);
	}
	read_ports(skb, offset, flow, &syn);
	reverse(flow);
}

static __always_inline void read_icmp(struct __sk_buff *skb, __u32 l4, struct flow *flow)
{
	struct {
		__u8 type;
		__u8 code;
		__be16 checksum;
		__be16 id;
		__be16 sequence;
	} icmp;

	if (bpf_skb_load_bytes(skb, l4, &icmp, sizeof(icmp)))
		return;
	if (flow->family == FAMILY_IPV4
		    ? icmp.type == ICMP_UNREACHABLE || icmp.type == ICMP_TIME_EXCEEDED ||
			      icmp.type == ICMP_PARAMETER_PROBLEM
		    : icmp.type < ICMPV6_FIRST_INFORMATIONAL) {
		read_quoted(skb, l4 + sizeof(icmp), flow);
		return;
	}
	if (flow->family == FAMILY_IPV4 ? icmp.type == ICMP_ECHO || icmp.type == ICMP_ECHOREPLY
					: icmp.type == ICMPV6_ECHO_REQUEST || icmp.type == ICMPV6_ECHO_REPLY)
		flow->source_port = flow->destination_port = icmp.id;
}

/* The ends of a packet that has its transport header. Returns whether the packet begins a TCP connection. */
static __always_inline bool read_flow(struct __sk_buff *skb, const struct packet *packet, struct flow *flow)
{
	bool syn = false;

	flow->source = packet->source;
	flow->destination = packet->destination;
	flow->protocol = packet->protocol;
	flow->family = packet->family;
	if (packet->protocol == IPPROTO_ICMP || packet->protocol == IPPROTO_ICMPV6)
		read_icmp(skb, packet->l4, flow);
	else
		read_ports(skb, packet->l4, flow, &syn);
	return syn;
}

/* The stack carries this packet: so it must the answer. */
static __always_inline void remember_stack_flow(struct __sk_buff *skb, const struct packet *packet)
{
	struct flow flow = {};

	if (packet->headless)
		return;
	read_flow(skb, packet, &flow);
	reverse(&flow);
	if (bpf_map_lookup_elem(&stack_flows, &flow))
		return;
	__u64 now = bpf_ktime_get_ns();
	bpf_map_update_elem(&stack_flows, &flow, &now, BPF_ANY);
}

/*
 * Is this packet the answer to one that the stack has carried? A packet that begins a flow is not, and wipes out what an
 * earlier one with the same ends has left: of UDP each may be the first, as what the stack translates does not come this
 * way.
 */
static __always_inline bool is_stack_flow(struct __sk_buff *skb, const struct packet *packet)
{
	struct flow flow = {};

	if (!read_flow(skb, packet, &flow)) {
		if (bpf_map_lookup_elem(&stack_flows, &flow))
			return true;
		if (flow.protocol != IPPROTO_UDP)
			return false;
	}
	reverse(&flow);
	if (bpf_map_lookup_elem(&stack_flows, &flow))
		bpf_map_delete_elem(&stack_flows, &flow);
	return false;
}

#endif
