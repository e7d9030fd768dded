/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* Where a packet goes: to a pod, to another node, to the stack, or nowhere. Each way is counted. */
#ifndef CHURNLAB_FORWARD_H
#define CHURNLAB_FORWARD_H

#include "flow.h"

#include <linux/pkt_cls.h>

#define AF_INET 2
#define AF_INET6 10
#define TUNNEL_TTL 64

static __always_inline int drop(struct __sk_buff *skb, __u32 metric)
{
	count(skb, metric);
	return TC_ACT_SHOT;
}

static __always_inline int pass(struct __sk_buff *skb, __u32 metric)
{
	count(skb, metric);
	return TC_ACT_OK;
}

/* One hop less. The caller has made sure that at least two are left. */
static __always_inline bool decrement_ttl(struct __sk_buff *skb, const struct packet *packet)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (packet->family == FAMILY_IPV4) {
		struct iphdr *ip = data + ETH_HLEN;

		if ((void *)(ip + 1) > end)
			return false;
		/* RFC 1624: the TTL is the high byte of its 16-bit word, so the sum grows by 0x0100. */
		__u32 check = ip->check + bpf_htons(0x0100);

		ip->check = check + (check >= 0xffff);
		ip->ttl--;
	} else {
		struct ipv6hdr *ip = data + ETH_HLEN;

		if ((void *)(ip + 1) > end)
			return false;
		ip->hop_limit--;
	}
	return true;
}

static __always_inline bool set_macs(struct __sk_buff *skb, const struct endpoint *endpoint)
{
	struct ethhdr *eth = (void *)(long)skb->data;

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return false;
	__builtin_memcpy(eth->h_dest, endpoint->pod_mac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, endpoint->host_mac, ETH_ALEN);
	return true;
}

/* Straight into the pod's namespace, without its host-side link's queue. From ingress programs only. */
static __always_inline int to_pod(struct __sk_buff *skb, const struct packet *packet,
				  const struct endpoint *endpoint, __u32 metric)
{
	if (!decrement_ttl(skb, packet) || !set_macs(skb, endpoint))
		return drop(skb, METRIC_DROP_MALFORMED);
	count(skb, metric);
	return bpf_redirect_peer(endpoint->ifindex, 0);
}

/*
 * Packets of the fast path that only the stack can treat rightly: it defragments, answers with ICMP, and
 * translates back what it has translated; all of them where it is to see every flow. Returns the counter, or -1 for a packet that needs no stack.
 */
static __always_inline int needs_stack(struct __sk_buff *skb, const struct packet *packet,
				       const struct config *config)
{
	if (packet->fragment)
		return METRIC_PASS_FRAGMENT;
	if (packet->ttl <= 1)
		return METRIC_PASS_TTL;
	if (config->flags & CONFIG_STACK_ALL)
		return METRIC_PASS_STACK_ALL;
	if (config->flags & CONFIG_STACK_FLOWS && is_stack_flow(skb, packet))
		return METRIC_PASS_STACK_FLOW;
	return -1;
}

static __always_inline bool too_big(struct __sk_buff *skb, const struct config *config, __u32 ifindex)
{
	__u32 mtu = 0;

	return skb->len > config->pod_mtu + ETH_HLEN &&
	       bpf_check_mtu(skb, ifindex, &mtu, 0, BPF_MTU_CHK_SEGS) != BPF_MTU_CHK_RET_SUCCESS;
}

static __always_inline int encapsulate(struct __sk_buff *skb, const struct config *config,
				       const struct remote *remote)
{
	struct bpf_tunnel_key key = { .tunnel_id = config->vni, .tunnel_ttl = TUNNEL_TTL };
	__u64 flags = 0;

	if (remote->family == FAMILY_IPV4) {
		key.remote_ipv4 = bpf_ntohl(remote->nexthop.words[0]);
		flags = BPF_F_ZERO_CSUM_TX; /* IPv4 UDP may go without a checksum, IPv6 may not (RFC 7348) */
	} else {
		__builtin_memcpy(key.remote_ipv6, &remote->nexthop, sizeof(key.remote_ipv6));
		flags = BPF_F_TUNINFO_IPV6;
	}
	if (bpf_skb_set_tunnel_key(skb, &key, sizeof(key), flags))
		return drop(skb, METRIC_DROP_TUNNEL);
	count(skb, METRIC_FORWARD_OVERLAY);
	return bpf_redirect(config->vxlan_ifindex, 0);
}

/* From a pod to another node. */
static __always_inline int to_remote(struct __sk_buff *skb, const struct packet *packet,
				     const struct config *config, const struct remote *remote)
{
	bool vxlan = config->flags & CONFIG_VXLAN;

	if (too_big(skb, config, vxlan ? config->vxlan_ifindex : config->uplink_ifindex)) {
		skb->mark |= MARK_CLUSTER;
		return pass(skb, METRIC_PASS_TOO_BIG);
	}
	if (!decrement_ttl(skb, packet))
		return drop(skb, METRIC_DROP_MALFORMED);
	if (vxlan)
		return encapsulate(skb, config, remote);

	struct bpf_redir_neigh nexthop = {};

	if (remote->family == FAMILY_IPV4) {
		nexthop.nh_family = AF_INET;
		nexthop.ipv4_nh = remote->nexthop.words[0];
	} else {
		nexthop.nh_family = AF_INET6;
		__builtin_memcpy(nexthop.ipv6_nh, &remote->nexthop, sizeof(nexthop.ipv6_nh));
	}
	count(skb, METRIC_FORWARD_REMOTE);
	skb->mark |= MARK_DIRECT;
	return bpf_redirect_neigh(config->uplink_ifindex, &nexthop, sizeof(nexthop), 0);
}

#endif
