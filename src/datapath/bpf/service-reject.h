/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * "Port unreachable", in the place of a packet that nobody serves: TCP and UDP clients both take it for a refused
 * connection, and kube-proxy answers the same.
 */
#ifndef CHURNLAB_SERVICE_REJECT_H
#define CHURNLAB_SERVICE_REJECT_H

#include "service-rewrite.h"

#define ICMP_PORT_UNREACHABLE 3
#define ICMPV6_UNREACHABLE 1
#define ICMPV6_PORT_UNREACHABLE 4
#define REJECT_TTL 64
#define QUOTED_TRANSPORT 8

struct icmp_unreachable {
	__u8 type;
	__u8 code;
	__sum16 checksum;
	__be32 unused;
};

static __always_inline __sum16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline int reject_ipv4(struct __sk_buff *skb, const struct packet *packet)
{
	struct {
		struct iphdr ip;
		struct icmp_unreachable icmp;
		__u8 quoted[sizeof(struct iphdr) + QUOTED_TRANSPORT];
	} answer = {};

	/* With options the quoted header would be longer; nobody sends them on purpose. */
	if (packet->l4 != ETH_HLEN + sizeof(struct iphdr) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, answer.quoted, sizeof(answer.quoted)))
		return -1;
	answer.ip.version = 4;
	answer.ip.ihl = 5;
	answer.ip.tot_len = bpf_htons(sizeof(answer));
	answer.ip.ttl = REJECT_TTL;
	answer.ip.protocol = IPPROTO_ICMP;
	answer.ip.saddr = packet->destination.words[0];
	answer.ip.daddr = packet->source.words[0];
	answer.ip.check = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.ip, sizeof(answer.ip), 0));
	answer.icmp.type = ICMP_UNREACHABLE;
	answer.icmp.code = ICMP_PORT_UNREACHABLE;
	answer.icmp.checksum = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.icmp,
						  sizeof(answer.icmp) + sizeof(answer.quoted), 0));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

static __always_inline int reject_ipv6(struct __sk_buff *skb, const struct packet *packet)
{
	struct {
		struct ipv6hdr ip;
		struct icmp_unreachable icmp;
		__u8 quoted[sizeof(struct ipv6hdr) + QUOTED_TRANSPORT];
	} answer = {};
	__u32 payload = sizeof(answer.icmp) + sizeof(answer.quoted);
	__be32 pseudo[2] = { bpf_htonl(payload), bpf_htonl(IPPROTO_ICMPV6) };
	__u32 sum;

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, answer.quoted, sizeof(answer.quoted)))
		return -1;
	answer.ip.version = 6;
	answer.ip.payload_len = bpf_htons(payload);
	answer.ip.nexthdr = IPPROTO_ICMPV6;
	answer.ip.hop_limit = REJECT_TTL;
	__builtin_memcpy(&answer.ip.saddr, &packet->destination, 16);
	__builtin_memcpy(&answer.ip.daddr, &packet->source, 16);
	answer.icmp.type = ICMPV6_UNREACHABLE;
	answer.icmp.code = ICMPV6_PORT_UNREACHABLE;
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&answer.icmp, payload, 0);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&answer.ip.saddr, 32, sum);
	answer.icmp.checksum = fold(bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), sum));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

/* Turns the packet into its refusal; `packet` then describes that. Nonzero when it cannot be. */
static __noinline int reject(struct __sk_buff *skb, struct packet *packet)
{
	struct address client = packet->source;

	if (packet->family == FAMILY_IPV4 ? reject_ipv4(skb, packet) : reject_ipv6(skb, packet))
		return -1;
	packet->source = packet->destination;
	packet->destination = client;
	packet->ttl = REJECT_TTL;
	return 0;
}

#endif
