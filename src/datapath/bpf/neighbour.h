/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Answers to a pod that looks for its gateway. The agent gives each pod a permanent neighbour entry, so this is
 * for programs in pods that resolve by themselves and for entries that somebody flushed. A pod has no other
 * on-link neighbour: every target is answered with the address of the host side of its link.
 */
#ifndef CHURNLAB_NEIGHBOUR_H
#define CHURNLAB_NEIGHBOUR_H

#include "forward.h"

#define ARP_REQUEST bpf_htons(1)
#define ARP_REPLY bpf_htons(2)

#define ND_SOLICIT 135
#define ND_ADVERTISE 136
#define ND_OPTION_TARGET_ADDRESS 2
#define ND_FLAGS_SOLICITED_OVERRIDE 0x60

/* Ethernet ARP for IPv4 (RFC 826). */
struct arp {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
	__u8 sender_mac[6];
	__u8 sender_ip[4];
	__u8 target_mac[6];
	__u8 target_ip[4];
};

static __always_inline int answer_arp(struct __sk_buff *skb)
{
	struct arp arp;
	struct address sender = {};
	__u8 ip[4];

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &arp, sizeof(arp)))
		return drop(skb, METRIC_DROP_MALFORMED);
	__builtin_memcpy(&sender.words[0], arp.sender_ip, 4);
	const struct endpoint *endpoint = find_endpoint(&sender, FAMILY_IPV4);

	if (arp.operation != ARP_REQUEST || !endpoint || endpoint->ifindex != skb->ifindex)
		return drop(skb, METRIC_DROP_SPOOFED);

	__builtin_memcpy(ip, arp.target_ip, 4);
	__builtin_memcpy(arp.target_mac, arp.sender_mac, ETH_ALEN);
	__builtin_memcpy(arp.target_ip, arp.sender_ip, 4);
	__builtin_memcpy(arp.sender_mac, endpoint->host_mac, ETH_ALEN);
	__builtin_memcpy(arp.sender_ip, ip, 4);
	arp.operation = ARP_REPLY;
	if (bpf_skb_store_bytes(skb, ETH_HLEN, &arp, sizeof(arp), 0) || !set_macs(skb, endpoint))
		return drop(skb, METRIC_DROP_MALFORMED);
	count(skb, METRIC_ANSWER_ARP);
	return bpf_redirect(skb->ifindex, 0);
}

/* Neighbour advertisement with one option (RFC 4861, section 4.4), and the solicitation that it answers. */
struct advertisement {
	__u8 type;
	__u8 code;
	__sum16 checksum;
	__u8 flags;
	__u8 reserved[3];
	struct address target;
	__u8 option;
	__u8 option_length; /* in units of 8 bytes */
	__u8 mac[6];
};

/* Sum over the pseudo header (RFC 8200, section 8.1) and the message. */
static __always_inline __sum16 icmpv6_checksum(const struct address *source, const struct address *destination,
					       struct advertisement *message)
{
	struct {
		struct address source, destination;
		__be32 length, next_header;
	} pseudo = { *source, *destination, bpf_htonl(sizeof(*message)), bpf_htonl(IPPROTO_ICMPV6) };
	__s64 sum = bpf_csum_diff(NULL, 0, (void *)&pseudo, sizeof(pseudo), 0);

	sum = bpf_csum_diff(NULL, 0, (void *)message, sizeof(*message), sum);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline bool is_solicitation(struct __sk_buff *skb, const struct packet *packet)
{
	__u8 type = 0;

	return packet->protocol == IPPROTO_ICMPV6 && packet->ttl == 255 &&
	       !bpf_skb_load_bytes(skb, packet->l4, &type, 1) && type == ND_SOLICIT;
}

static __always_inline int answer_nd(struct __sk_buff *skb, const struct packet *packet,
				     const struct endpoint *endpoint)
{
	struct advertisement message = {};
	__u32 length = ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(message);

	if (packet->l4 != ETH_HLEN + sizeof(struct ipv6hdr) ||
	    bpf_skb_load_bytes(skb, packet->l4 + offsetof(struct advertisement, target), &message.target,
			       sizeof(message.target)))
		return drop(skb, METRIC_DROP_MALFORMED);
	if (skb->len != length && bpf_skb_change_tail(skb, length, 0))
		return drop(skb, METRIC_DROP_MALFORMED);

	message.type = ND_ADVERTISE;
	message.flags = ND_FLAGS_SOLICITED_OVERRIDE;
	message.option = ND_OPTION_TARGET_ADDRESS;
	message.option_length = 1;
	__builtin_memcpy(message.mac, endpoint->host_mac, ETH_ALEN);
	message.checksum = icmpv6_checksum(&message.target, &packet->source, &message);

	__u32 ip = ETH_HLEN;
	__be16 payload = bpf_htons(sizeof(message));

	if (bpf_skb_store_bytes(skb, ip + offsetof(struct ipv6hdr, payload_len), &payload, 2, 0) ||
	    bpf_skb_store_bytes(skb, ip + offsetof(struct ipv6hdr, saddr), &message.target, 16, 0) ||
	    bpf_skb_store_bytes(skb, ip + offsetof(struct ipv6hdr, daddr), &packet->source, 16, 0) ||
	    bpf_skb_store_bytes(skb, packet->l4, &message, sizeof(message), 0) || !set_macs(skb, endpoint))
		return drop(skb, METRIC_DROP_MALFORMED);
	count(skb, METRIC_ANSWER_ND);
	return bpf_redirect(skb->ifindex, 0);
}

#endif
