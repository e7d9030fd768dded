/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* Reading a packet's headers, once, into a struct that the decisions are made on. */
#ifndef CHURNLAB_PACKET_H
#define CHURNLAB_PACKET_H

#include "layout.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define IPPROTO_ICMPV6 58

struct packet {
	struct address source;
	struct address destination;
	__u32 l4; /* offset of the transport header */
	__u8 family;
	__u8 protocol;
	__u8 ttl;
	bool fragment;
	bool headless; /* a fragment without the transport header: not the first */
};

enum parsed {
	PARSED_IP,
	PARSED_ARP,
	PARSED_OTHER,
	PARSED_MALFORMED,
};

/* Makes the first `length` bytes readable through skb->data; false when the packet is shorter. */
static __always_inline bool readable(struct __sk_buff *skb, __u32 length)
{
	if ((void *)(long)skb->data + length <= (void *)(long)skb->data_end)
		return true;
	return bpf_skb_pull_data(skb, length) == 0;
}

static __always_inline enum parsed parse_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	if (!readable(skb, ETH_HLEN + sizeof(struct iphdr)))
		return PARSED_MALFORMED;
	const struct iphdr *ip = (void *)(long)skb->data + ETH_HLEN;

	if ((void *)(ip + 1) > (void *)(long)skb->data_end || ip->ihl < 5)
		return PARSED_MALFORMED;
	packet->family = FAMILY_IPV4;
	packet->source.words[0] = ip->saddr;
	packet->destination.words[0] = ip->daddr;
	packet->protocol = ip->protocol;
	packet->ttl = ip->ttl;
	packet->l4 = ETH_HLEN + ip->ihl * 4;
	packet->fragment = ip->frag_off & bpf_htons(0x3fff); /* "more fragments", or an offset */
	packet->headless = ip->frag_off & bpf_htons(0x1fff);
	return PARSED_IP;
}

/* Extension headers that may stand before the transport header (RFC 8200, section 4.1). */
static __always_inline bool is_extension(__u8 protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_DSTOPTS ||
	       protocol == IPPROTO_FRAGMENT;
}

static __always_inline enum parsed parse_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	if (!readable(skb, ETH_HLEN + sizeof(struct ipv6hdr)))
		return PARSED_MALFORMED;
	const struct ipv6hdr *ip = (void *)(long)skb->data + ETH_HLEN;

	if ((void *)(ip + 1) > (void *)(long)skb->data_end)
		return PARSED_MALFORMED;
	packet->family = FAMILY_IPV6;
	__builtin_memcpy(&packet->source, &ip->saddr, sizeof(packet->source));
	__builtin_memcpy(&packet->destination, &ip->daddr, sizeof(packet->destination));
	packet->ttl = ip->hop_limit;
	packet->l4 = ETH_HLEN + sizeof(*ip);
	packet->protocol = ip->nexthdr;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		struct {
			__u8 next;
			__u8 length; /* in units of 8 bytes, the first not counted; none for fragments */
			__be16 offset; /* of fragments: in the upper 13 bits */
		} extension;

		if (!is_extension(packet->protocol))
			break;
		if (bpf_skb_load_bytes(skb, packet->l4, &extension, sizeof(extension)))
			return PARSED_MALFORMED;
		if (packet->protocol == IPPROTO_FRAGMENT) {
			packet->fragment = true;
			packet->headless = extension.offset & bpf_htons(0xfff8);
			packet->l4 += 8;
		} else {
			packet->l4 += (extension.length + 1) * 8;
		}
		packet->protocol = extension.next;
	}
	return PARSED_IP;
}

/* `packet` must be zero: IPv4 leaves the rest of the addresses alone. */
static __always_inline enum parsed parse(struct __sk_buff *skb, struct packet *packet)
{
	switch (skb->protocol) {
	case bpf_htons(ETH_P_IP):
		return parse_ipv4(skb, packet);
	case bpf_htons(ETH_P_IPV6):
		return parse_ipv6(skb, packet);
	case bpf_htons(ETH_P_ARP):
		return PARSED_ARP;
	default:
		return PARSED_OTHER;
	}
}

/* fe80::/10, or no address at all (duplicate address detection). */
static __always_inline bool is_link_local(const struct packet *packet)
{
	const struct address *source = &packet->source;

	return packet->family == FAMILY_IPV6 &&
	       ((source->words[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000) ||
		!(source->words[0] | source->words[1] | source->words[2] | source->words[3]));
}

#endif
