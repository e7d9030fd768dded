/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * A refusal in the place of a packet that nobody serves: a reset for TCP, "port unreachable" for UDP. kube-proxy's rules
 * answer "port unreachable" for both, but a client's stack takes that for a passing trouble when it comes before
 * connect() has let go of the socket, as it does within one machine, and tries again a second later.
 */
#ifndef CHURNLAB_SERVICE_REJECT_H
#define CHURNLAB_SERVICE_REJECT_H

#include "service-rewrite.h"

#include <linux/tcp.h>

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

/* The header of an answer of `bytes` bytes, itself included. */
static __always_inline void ipv4_answer(struct iphdr *ip, const struct packet *packet, __u8 protocol, __u32 bytes)
{
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = bpf_htons(bytes);
	ip->ttl = REJECT_TTL;
	ip->protocol = protocol;
	ip->saddr = packet->destination.words[0];
	ip->daddr = packet->source.words[0];
	ip->check = fold(bpf_csum_diff(NULL, 0, (__be32 *)ip, sizeof(*ip), 0));
}

/* The same with a payload of `bytes`. Returns the sum over the pseudo header. */
static __always_inline __u32 ipv6_answer(struct ipv6hdr *ip, const struct packet *packet, __u8 protocol, __u32 bytes)
{
	__be32 pseudo[2] = { bpf_htonl(bytes), bpf_htonl(protocol) };
	__u32 sum;

	ip->version = 6;
	ip->payload_len = bpf_htons(bytes);
	ip->nexthdr = protocol;
	ip->hop_limit = REJECT_TTL;
	__builtin_memcpy(&ip->saddr, &packet->destination, 16);
	__builtin_memcpy(&ip->daddr, &packet->source, 16);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&ip->saddr, 32, 0);
	return bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), sum);
}

static __always_inline int unreachable_ipv4(struct __sk_buff *skb, const struct packet *packet)
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
	ipv4_answer(&answer.ip, packet, IPPROTO_ICMP, sizeof(answer));
	answer.icmp.type = ICMP_UNREACHABLE;
	answer.icmp.code = ICMP_PORT_UNREACHABLE;
	answer.icmp.checksum = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.icmp,
						  sizeof(answer.icmp) + sizeof(answer.quoted), 0));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

static __always_inline int unreachable_ipv6(struct __sk_buff *skb, const struct packet *packet)
{
	struct {
		struct ipv6hdr ip;
		struct icmp_unreachable icmp;
		__u8 quoted[sizeof(struct ipv6hdr) + QUOTED_TRANSPORT];
	} answer = {};
	__u32 payload = sizeof(answer.icmp) + sizeof(answer.quoted);
	__u32 sum;

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, answer.quoted, sizeof(answer.quoted)))
		return -1;
	sum = ipv6_answer(&answer.ip, packet, IPPROTO_ICMPV6, payload);
	answer.icmp.type = ICMPV6_UNREACHABLE;
	answer.icmp.code = ICMPV6_PORT_UNREACHABLE;
	answer.icmp.checksum = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.icmp, payload, sum));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

/* The reset that RFC 9293 (3.10.7.1) has for a segment to a port that is closed; nonzero for one that is a reset. */
static __always_inline int reset_for(struct __sk_buff *skb, const struct packet *packet, struct tcphdr *reset)
{
	struct tcphdr segment;

	if (bpf_skb_load_bytes(skb, packet->l4, &segment, sizeof(segment)) || segment.rst)
		return -1;
	reset->source = segment.dest;
	reset->dest = segment.source;
	reset->doff = sizeof(*reset) / 4;
	reset->rst = 1;
	if (segment.ack) {
		reset->seq = segment.ack_seq;
	} else {
		__u32 length = skb->len - packet->l4 - segment.doff * 4;

		reset->ack = 1;
		reset->ack_seq = bpf_htonl(bpf_ntohl(segment.seq) + length + segment.syn + segment.fin);
	}
	return 0;
}

static __always_inline int reset_ipv4(struct __sk_buff *skb, const struct packet *packet)
{
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} answer = {};
	__be32 pseudo[3] = { packet->source.words[0], packet->destination.words[0],
			     bpf_htonl(IPPROTO_TCP << 16 | sizeof(answer.tcp)) };
	__u32 sum;

	if (packet->l4 != ETH_HLEN + sizeof(struct iphdr) || reset_for(skb, packet, &answer.tcp))
		return -1;
	ipv4_answer(&answer.ip, packet, IPPROTO_TCP, sizeof(answer));
	sum = bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), 0);
	answer.tcp.check = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.tcp, sizeof(answer.tcp), sum));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

static __always_inline int reset_ipv6(struct __sk_buff *skb, const struct packet *packet)
{
	struct {
		struct ipv6hdr ip;
		struct tcphdr tcp;
	} answer = {};
	__u32 sum;

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) || reset_for(skb, packet, &answer.tcp))
		return -1;
	sum = ipv6_answer(&answer.ip, packet, IPPROTO_TCP, sizeof(answer.tcp));
	answer.tcp.check = fold(bpf_csum_diff(NULL, 0, (__be32 *)&answer.tcp, sizeof(answer.tcp), sum));
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(answer), 0) ||
	       bpf_skb_store_bytes(skb, ETH_HLEN, &answer, sizeof(answer), 0);
}

/* Turns the packet into its refusal; `packet` then describes that. Nonzero when it cannot be. */
static __noinline int reject(struct __sk_buff *skb, struct packet *packet)
{
	struct address client = packet->source;
	bool tcp = packet->protocol == IPPROTO_TCP;
	int failed = packet->family == FAMILY_IPV4 ? (tcp ? reset_ipv4(skb, packet) : unreachable_ipv4(skb, packet))
						   : (tcp ? reset_ipv6(skb, packet) : unreachable_ipv6(skb, packet));

	if (failed)
		return -1;
	packet->source = packet->destination;
	packet->destination = client;
	packet->ttl = REJECT_TTL;
	return 0;
}

#endif
