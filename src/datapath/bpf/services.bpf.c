/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Services: programs that run before those of churnlab.bpf.c on the same hooks, and leave to them (TC_ACT_UNSPEC) what
 * has nothing to do with a Service, and what is an ordinary packet once it is translated. docs/services.md has the
 * picture.
 */
#include "service-dsr.h"
#include "service-socket.h"
#include "service-xdp.h"

#define PACKET_HOST 0
#define NEXT_PROGRAM TC_ACT_UNSPEC

static __always_inline int drop_service(struct __sk_buff *skb, __u32 metric)
{
	count_service(metric, skb->len);
	return TC_ACT_SHOT;
}

/* Counters of the datapath for what is delivered to a pod, by where it came from. */
static __always_inline __u32 delivered(enum origin origin)
{
	return origin == FROM_POD ? METRIC_FORWARD_LOCAL
	       : origin == FROM_NETWORK ? METRIC_FORWARD_FROM_NETWORK
					: METRIC_FORWARD_FROM_OVERLAY;
}

/* The client is to see the frontend that it called, at the port that it called from. */
static __always_inline int translate_answer(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
					    const struct reverse_nat *reverse)
{
	if (replace_source(skb, packet, flow, &reverse->source, reverse->source_port))
		return -1;
	if (same_address(&reverse->destination, &flow->destination) &&
	    reverse->destination_port == flow->destination_port)
		return 0;
	return replace_destination(skb, packet, flow, &reverse->destination, reverse->destination_port);
}

/* An answer at an ingress hook. */
static __always_inline int answer(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
				  const struct config *config, const struct reverse_nat *reverse, enum origin origin)
{
	bool overlay = reverse->flags & REVERSE_OVERLAY;
	const struct endpoint *endpoint;

	if (translate_answer(skb, packet, flow, reverse))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	count_service(SERVICE_REPLY, skb->len);
	endpoint = find_endpoint(&packet->destination, packet->family);
	if (!endpoint)
		return send_on(skb, packet, config, overlay);
	return endpoint->flags & ENDPOINT_HOST ? NEXT_PROGRAM
						  : to_pod(skb, packet, endpoint, delivered(origin));
}

/* Nobody serves it: says so to the client, or says nothing where another node might. */
static __always_inline int refuse(struct __sk_buff *skb, struct packet *packet, const struct config *config,
				  const struct endpoint *pod, enum decision decision, bool overlay)
{
	if (decision == DECIDED_NO_PORT)
		return drop_service(skb, SERVICE_DROP_NO_PORT);
	if (decision == DECIDED_NO_LOCAL)
		return drop_service(skb, SERVICE_DROP_NO_LOCAL);
	if (reject(skb, packet))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	count_service(SERVICE_REJECTED, skb->len);
	return pod ? to_pod(skb, packet, pod, METRIC_FORWARD_LOCAL) : send_on(skb, packet, config, overlay);
}

/* Ingress of the host side of a pod's veth, for pods whose sockets are not covered, and for answers of backends. */
SEC("tc")
int cl_service_from_pod(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	const struct reverse_nat *reverse;
	const struct frontend *frontend;
	const struct endpoint *own;
	const struct address *source;
	struct packet packet = {};
	struct conntrack to = {};
	struct flow flow = {}, outdated;
	enum decision decision;
	__u8 tcp_flags;

	if (!config || parse(skb, &packet) != PARSED_IP || !read_ends(skb, &packet, &flow, &tcp_flags))
		return NEXT_PROGRAM;
	reverse = find_answer(&flow, tcp_flags);
	frontend = reverse ? NULL : find_frontend(&flow.destination, flow.destination_port, flow.protocol, flow.family);
	if (!reverse && !frontend && !is_outdated(&flow, tcp_flags, &outdated))
		return NEXT_PROGRAM;
	own = find_endpoint(&packet.source, packet.family);
	if (!own || own->ifindex != skb->ifindex)
		return NEXT_PROGRAM; /* which drops it */
	if (reverse)
		return answer(skb, &packet, &flow, config, reverse, FROM_POD);
	if (!frontend) {
		bpf_map_delete_elem(&reverse_nat, &outdated);
		return NEXT_PROGRAM;
	}

	decision = resolve(&flow, tcp_flags, frontend, FROM_POD, &to);
	if (decision != DECIDED_TRANSLATE)
		return refuse(skb, &packet, config, own, decision, false);
	if (replace_destination(skb, &packet, &flow, &to.address, to.port))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	count_service(SERVICE_PACKET, skb->len);
	source = source_of(&to, packet.family);
	if ((source || to.source_port != flow.source_port) &&
	    replace_source(skb, &packet, &flow, source ?: &flow.source, to.source_port))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	if (!source)
		return NEXT_PROGRAM;
	count_service(SERVICE_HAIRPIN, skb->len);
	return to_pod(skb, &packet, own, METRIC_FORWARD_LOCAL);
}

/* A request from another machine. */
static __always_inline int request(struct __sk_buff *skb, struct packet *packet, const struct flow *flow,
				   __u8 tcp_flags, const struct config *config, const struct frontend *frontend,
				   enum origin origin)
{
	const struct endpoint *endpoint;
	const struct address *source;
	struct conntrack to = {};
	enum decision decision = resolve(flow, tcp_flags, frontend, origin, &to);
	bool vxlan = config->flags & CONFIG_VXLAN;

	if (decision != DECIDED_TRANSLATE)
		return refuse(skb, packet, config, NULL, decision, origin == FROM_OVERLAY);
	endpoint = find_endpoint(&to.address, packet->family);
	if (!endpoint && too_big(skb, config, vxlan ? config->vxlan_ifindex : config->uplink_ifindex))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	if (replace_destination(skb, packet, flow, &to.address, to.port))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	count_service(SERVICE_PACKET, skb->len);
	if (endpoint && to.source_port != flow->source_port &&
	    replace_source(skb, packet, flow, &flow->source, to.source_port))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	if (endpoint)
		return endpoint->flags & ENDPOINT_HOST ? NEXT_PROGRAM
							  : to_pod(skb, packet, endpoint, delivered(origin));
	if (to.flags & CONNTRACK_DSR) {
		if (carries_frontend(flow->protocol, tcp_flags) && insert_frontend(skb, packet, flow))
			return drop_service(skb, SERVICE_DROP_MALFORMED);
		count_service(SERVICE_DSR, skb->len);
	} else {
		source = source_of(&to, packet->family);
		if (!source || replace_source(skb, packet, flow, source, to.source_port))
			return drop_service(skb, SERVICE_DROP_MALFORMED);
		count_service(SERVICE_SNAT, skb->len);
	}
	return send_on(skb, packet, config, vxlan);
}

static __always_inline int from_outside(struct __sk_buff *skb, enum origin origin)
{
	const struct config *config = the_config();
	const struct reverse_nat *reverse;
	const struct frontend *frontend;
	const struct endpoint *endpoint;
	struct packet packet = {};
	struct flow flow = {}, outdated;
	__u8 tcp_flags;

	if (!config || parse(skb, &packet) != PARSED_IP || !read_ends(skb, &packet, &flow, &tcp_flags))
		return NEXT_PROGRAM;
	reverse = find_answer(&flow, tcp_flags);
	if (reverse)
		return answer(skb, &packet, &flow, config, reverse, origin);
	frontend = find_frontend(&flow.destination, flow.destination_port, flow.protocol, flow.family);
	if (frontend)
		return request(skb, &packet, &flow, tcp_flags, config, frontend, origin);
	if (extract_frontend(skb, &packet, &flow, origin == FROM_OVERLAY)) {
		if (is_outdated(&flow, tcp_flags, &outdated))
			bpf_map_delete_elem(&reverse_nat, &outdated);
		return NEXT_PROGRAM;
	}
	endpoint = find_endpoint(&packet.destination, packet.family);
	if (!endpoint || endpoint->flags & ENDPOINT_HOST)
		return NEXT_PROGRAM;
	return to_pod(skb, &packet, endpoint, delivered(origin));
}

/* Ingress of the uplink: node ports, and answers of backends elsewhere. */
SEC("tc")
int cl_service_from_network(struct __sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST ? from_outside(skb, FROM_NETWORK) : NEXT_PROGRAM;
}

/* Ingress of the VXLAN device: the same. */
SEC("tc")
int cl_service_from_overlay(struct __sk_buff *skb)
{
	const struct config *config = the_config();
	struct bpf_tunnel_key key = {};

	/* The outer family is not known here; asking for the wrong one is refused. */
	if (!config || (bpf_skb_get_tunnel_key(skb, &key, sizeof(key), 0) &&
			bpf_skb_get_tunnel_key(skb, &key, sizeof(key), BPF_F_TUNINFO_IPV6)) ||
	    key.tunnel_id != config->vni)
		return NEXT_PROGRAM;
	/* The inner frame is addressed to no link of this node; without this a pod would ignore it. */
	bpf_skb_change_type(skb, PACKET_HOST);
	return from_outside(skb, FROM_OVERLAY);
}

/* Egress of churnlab0 and of the uplink: answers that come out of the node's stack. */
SEC("tc")
int cl_service_from_stack(struct __sk_buff *skb)
{
	const struct reverse_nat *reverse;
	struct packet packet = {};
	struct flow flow = {};
	__u8 tcp_flags;

	if (skb->mark & MARK_DIRECT || parse(skb, &packet) != PARSED_IP || !read_ends(skb, &packet, &flow, &tcp_flags))
		return NEXT_PROGRAM;
	reverse = find_answer(&flow, tcp_flags);
	if (!reverse)
		return NEXT_PROGRAM;
	if (translate_answer(skb, &packet, &flow, reverse))
		return drop_service(skb, SERVICE_DROP_MALFORMED);
	count_service(SERVICE_REPLY, skb->len);
	return NEXT_PROGRAM;
}

char _license[] SEC("license") = "GPL";
