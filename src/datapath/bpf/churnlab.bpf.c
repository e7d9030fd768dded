/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * churnlab's datapath: five tc programs on the clsact hooks of links, the same for all pods of a node. What differs between
 * pods is in maps. docs/datapath.md has the picture.
 */
#include "neighbour.h"

#define PACKET_HOST 0

/* Ingress of the host side of a pod's veth: everything that the pod sends. */
SEC("tc")
int cl_from_pod(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct endpoint *own, *endpoint;
	const struct remote *remote;
	struct packet packet = {};
	int metric;

	if (!config)
		return drop(skb, METRIC_DROP_CONFIG);
	switch (parse(skb, &packet)) {
	case PARSED_ARP:
		return answer_arp(skb);
	case PARSED_OTHER:
		return drop(skb, METRIC_DROP_ETHERTYPE);
	case PARSED_MALFORMED:
		return drop(skb, METRIC_DROP_MALFORMED);
	case PARSED_IP:
		break;
	}

	own = find_endpoint(&packet.source, packet.family);
	if (!own || own->ifindex != skb->ifindex)
		return drop(skb, is_link_local(&packet) ? METRIC_DROP_LINK_LOCAL : METRIC_DROP_SPOOFED);
	if (packet.family == FAMILY_IPV6 && is_solicitation(skb, &packet))
		return answer_nd(skb, &packet, own);

	endpoint = find_endpoint(&packet.destination, packet.family);
	if (endpoint) {
		if (endpoint->flags & ENDPOINT_HOST)
			return pass(skb, METRIC_PASS_NODE);
		metric = needs_stack(skb, &packet, config);
		if (metric >= 0)
			return pass(skb, metric);
		return to_pod(skb, &packet, endpoint, METRIC_FORWARD_LOCAL);
	}

	remote = find_remote(&packet.destination, packet.family);
	if (remote) {
		metric = needs_stack(skb, &packet, config);
		if (metric >= 0) {
			skb->mark |= MARK_CLUSTER;
			return pass(skb, metric);
		}
		return to_remote(skb, &packet, config, remote);
	}
	return pass(skb, METRIC_PASS_OUTSIDE);
}

/*
 * Ingress of the uplink. Packets of the cluster go straight to the pod; those of outsiders take the stack, whose
 * connection tracking must see both directions of what it masquerades.
 */
SEC("tc")
int cl_from_network(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct endpoint *endpoint;
	struct packet packet = {};
	int metric;

	if (!config || config->flags & CONFIG_VXLAN || skb->pkt_type != PACKET_HOST)
		return TC_ACT_OK;
	if (parse(skb, &packet) != PARSED_IP)
		return TC_ACT_OK;
	endpoint = find_endpoint(&packet.destination, packet.family);
	if (!endpoint || endpoint->flags & ENDPOINT_HOST || !find_remote(&packet.source, packet.family))
		return TC_ACT_OK;
	metric = needs_stack(skb, &packet, config);
	if (metric >= 0)
		return pass(skb, metric);
	return to_pod(skb, &packet, endpoint, METRIC_FORWARD_FROM_NETWORK);
}

/* Egress of the uplink: what the stack sends for a pod to another node must come back through the stack. */
SEC("tc")
int cl_to_network(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct endpoint *endpoint;
	struct packet packet = {};

	if (skb->mark & MARK_DIRECT || !config || !(config->flags & CONFIG_STACK_FLOWS))
		return TC_ACT_OK;
	if (parse(skb, &packet) != PARSED_IP)
		return TC_ACT_OK;
	endpoint = find_endpoint(&packet.source, packet.family);
	if (endpoint && !(endpoint->flags & ENDPOINT_HOST) && find_remote(&packet.destination, packet.family))
		remember_stack_flow(skb, &packet);
	return TC_ACT_OK;
}

/* Ingress of the VXLAN device, which keeps the outer header as metadata. */
SEC("tc")
int cl_from_overlay(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct endpoint *endpoint;
	struct bpf_tunnel_key key = {};
	struct packet packet = {};
	int metric;

	if (!config)
		return drop(skb, METRIC_DROP_CONFIG);
	/* The outer family is not known here; asking for the wrong one is refused. */
	if (bpf_skb_get_tunnel_key(skb, &key, sizeof(key), 0) &&
	    bpf_skb_get_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6))
		return drop(skb, METRIC_DROP_TUNNEL);
	if (key.tunnel_id != config->vni)
		return drop(skb, METRIC_DROP_VNI);
	if (parse(skb, &packet) != PARSED_IP)
		return drop(skb, METRIC_DROP_ETHERTYPE);
	endpoint = find_endpoint(&packet.destination, packet.family);
	if (!endpoint)
		return drop(skb, METRIC_DROP_NO_ENDPOINT);
	/* The inner frame is addressed to no link of this node; without this the stack would ignore it. */
	bpf_skb_change_type(skb, PACKET_HOST);
	if (endpoint->flags & ENDPOINT_HOST)
		return TC_ACT_OK;
	metric = find_remote(&packet.source, packet.family) ? needs_stack(skb, &packet, config)
							    : METRIC_PASS_OUTSIDE;
	if (metric >= 0)
		return pass(skb, metric);
	return to_pod(skb, &packet, endpoint, METRIC_FORWARD_FROM_OVERLAY);
}

/*
 * Egress of churnlab0, which the node's routes to pods lead to: packets of the node's own processes, and those
 * that its stack has forwarded.
 */
SEC("tc")
int cl_to_pods(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct endpoint *source, *endpoint;
	const struct remote *remote;
	struct packet packet = {};
	bool from_cluster, from_pod;

	if (!config)
		return drop(skb, METRIC_DROP_CONFIG);
	if (parse(skb, &packet) != PARSED_IP)
		return drop(skb, METRIC_DROP_ETHERTYPE);
	source = find_endpoint(&packet.source, packet.family);
	from_pod = source && !(source->flags & ENDPOINT_HOST);
	endpoint = find_endpoint(&packet.destination, packet.family);
	if (endpoint && !(endpoint->flags & ENDPOINT_HOST)) {
		from_cluster = from_pod || (!source && find_remote(&packet.source, packet.family));
		if (from_cluster && config->flags & CONFIG_STACK_FLOWS)
			remember_stack_flow(skb, &packet);
		if (!set_macs(skb, endpoint))
			return drop(skb, METRIC_DROP_MALFORMED);
		count(skb, METRIC_FORWARD_FROM_STACK);
		return bpf_redirect(endpoint->ifindex, 0);
	}

	remote = config->flags & CONFIG_VXLAN ? find_remote(&packet.destination, packet.family) : NULL;
	if (remote) {
		if (from_pod && config->flags & CONFIG_STACK_FLOWS)
			remember_stack_flow(skb, &packet);
		return encapsulate(skb, config, remote);
	}
	return drop(skb, is_link_local(&packet) ? METRIC_DROP_LINK_LOCAL : METRIC_DROP_NO_ENDPOINT);
}

char _license[] SEC("license") = "GPL";
