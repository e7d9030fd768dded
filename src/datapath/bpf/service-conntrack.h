/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What is remembered of a flow to a frontend: where its packets go (conntrack), and what its answers must look
 * like (reverse_nat). Nothing here touches a packet, so tc and XDP share it.
 */
#ifndef CHURNLAB_SERVICE_CONNTRACK_H
#define CHURNLAB_SERVICE_CONNTRACK_H

#include "flow.h"
#include "service-select.h"

#define TCP_FIN 0x01
#define TCP_RST 0x04

#define PORT_ATTEMPTS 16

/* Where a packet comes from. */
enum origin {
	FROM_POD,     /* a pod of this node */
	FROM_NETWORK, /* the uplink */
	FROM_OVERLAY, /* another node, by VXLAN */
};

enum decision {
	DECIDED_TRANSLATE,
	DECIDED_REJECT,   /* nobody serves it */
	DECIDED_NO_LOCAL, /* somebody does, but not on this node */
	DECIDED_NO_PORT,
};

static __always_inline bool idle(__u64 seen, __u32 flags, __u8 protocol, __u64 now)
{
	__u64 limit = protocol == IPPROTO_UDP ? IDLE_UDP : flags & CONNTRACK_CLOSING ? IDLE_CLOSING : IDLE_TCP;

	return now - seen > limit * SECOND;
}

/* Notes that a flow lives; once a second, since writing the same word on each packet would have the CPUs fight for it. */
static __always_inline bool touch(__u64 *seen, __u64 now)
{
	if (now - *seen <= SECOND)
		return false;
	*seen = now;
	return true;
}

/* Does this packet stay with the backend that the flow had so far? */
static __always_inline bool stays(const struct conntrack *entry, const struct flow *flow, __u8 tcp_flags, __u32 service,
				  __u32 view, __u64 now)
{
	const struct backend *backend;

	if (entry->service != service)
		return false;
	if (flow->protocol == IPPROTO_TCP && (tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return true;
	if (flow->protocol == IPPROTO_TCP) /* a connection begins, perhaps for the second time */
		return !(entry->flags & CONNTRACK_CLOSING) && eligible(entry->backend, service, view);
	if (idle(entry->seen, 0, flow->protocol, now))
		return false;
	backend = bpf_map_lookup_elem(&backends, &entry->backend);
	return backend && backend->service == service;
}

/*
 * Reserves a source port that no other flow to this backend has, the client's own if that may be kept or is in the
 * range: the entry of the answer is the reservation. Its port is set in `answer`.
 */
static __always_inline bool reserve_port(struct flow *answer, const struct reverse_nat *value, bool may_keep,
					 const struct service_config *config, __u64 now)
{
	__u32 range = (__u32)config->snat_last - config->snat_first + 1;
	__u32 other = config->snat_first + bpf_get_prandom_u32() % range;
	__u32 port = bpf_ntohs(value->destination_port);

	if (!may_keep && (port < config->snat_first || port > config->snat_last))
		port = other;
	for (int i = 0; i < PORT_ATTEMPTS; i++) {
		const struct reverse_nat *old;

		answer->destination_port = bpf_htons(port);
		if (!bpf_map_update_elem(&reverse_nat, answer, value, BPF_NOEXIST))
			return true;
		old = bpf_map_lookup_elem(&reverse_nat, answer);
		/* What an earlier flow of the same client left, or of one that is over, is free. */
		if (old && ((old->destination_port == value->destination_port &&
			     same_address(&old->destination, &value->destination) &&
			     old->source_port == value->source_port && same_address(&old->source, &value->source)) ||
			    idle(old->seen, old->flags, answer->protocol, now)))
			return !bpf_map_update_elem(&reverse_nat, answer, value, BPF_ANY);
		port = other;
		other = other < config->snat_last ? other + 1 : config->snat_first;
	}
	return false;
}

/* Finds a backend for a new flow. False when there is none. */
static __noinline bool pick(const struct flow *flow, const struct frontend *frontend, __u32 view, struct conntrack *to)
{
	struct affinity_key client = { .client = flow->source, .family = flow->family };
	const struct backend *backend = NULL;

	to->backend = choose(frontend, view, &client, flow, bpf_get_prandom_u32(), &backend);
	if (!to->backend || !backend)
		return false;
	to->service = frontend->service;
	to->address = backend->address;
	to->port = backend->port;
	return true;
}

/* What the answers to a flow look like, and what they must become. */
static __always_inline void expect_answer(const struct flow *flow, enum origin origin, const struct conntrack *to,
					  const struct address *source, struct flow *answer,
					  struct reverse_nat *value)
{
	answer->source = to->address;
	answer->source_port = to->port;
	answer->destination = source ? *source : flow->source;
	answer->destination_port = to->source_port;
	answer->protocol = flow->protocol;
	answer->family = flow->family;
	value->source = flow->destination;
	value->source_port = flow->destination_port;
	value->destination = flow->source;
	value->destination_port = flow->source_port;
	value->seen = to->seen;
	value->flags = origin == FROM_OVERLAY ? REVERSE_OVERLAY : 0;
}

/* The source of a request that does not keep its own; NULL for one that does. */
static __always_inline const struct address *source_of(const struct conntrack *to, __u8 family)
{
	const struct service_config *config = the_service_config();

	if (!config)
		return NULL;
	return to->flags & CONNTRACK_SNAT      ? &config->node[family_index(family)]
	       : to->flags & CONNTRACK_HAIRPIN ? &config->loopback[family_index(family)]
					       : NULL;
}

/* Sets up a new flow to the backend that was found, in both directions. False when no port is free for it. */
static __noinline bool record(const struct flow *flow, const struct frontend *frontend, enum origin origin,
			      struct conntrack *to)
{
	const struct service_config *config = the_service_config();
	struct reverse_nat value = {};
	struct flow answer = {};

	if (!config)
		return false;
	to->source_port = flow->source_port;
	to->seen = bpf_ktime_get_ns();
	to->flags = 0;
	if (origin == FROM_POD) {
		if (same_address(&to->address, &flow->source))
			to->flags = CONNTRACK_HAIRPIN;
	} else if (!find_endpoint(&to->address, flow->family)) {
		to->flags = frontend->flags & FRONTEND_DSR ? CONNTRACK_DSR : CONNTRACK_SNAT;
	}
	expect_answer(flow, origin, to, source_of(to, flow->family), &answer, &value);
	if (!(to->flags & CONNTRACK_DSR)) {
		/*
		 * A client may call two frontends from the same port: their backend must not take them for one flow. Nor
		 * for one that a pod elsewhere has with the backend itself, of which this node knows nothing.
		 */
		bool may_keep = !(to->flags & CONNTRACK_SNAT) &&
				(origin == FROM_POD || !find_remote(&flow->source, flow->family));

		if (!reserve_port(&answer, &value, may_keep, config, to->seen))
			return false;
		to->source_port = answer.destination_port;
	}
	bpf_map_update_elem(&conntrack, flow, to, BPF_ANY);
	return true;
}

/* The other direction of a flow lives as long as this one, and comes back when it was forgotten before. */
static __noinline void keep_answer(const struct flow *flow, enum origin origin, const struct conntrack *to)
{
	struct reverse_nat value = {}, *known;
	struct flow answer = {};

	if (to->flags & CONNTRACK_DSR)
		return;
	expect_answer(flow, origin, to, source_of(to, flow->family), &answer, &value);
	known = bpf_map_lookup_elem(&reverse_nat, &answer);
	if (known)
		known->seen = to->seen;
	else
		bpf_map_update_elem(&reverse_nat, &answer, &value, BPF_NOEXIST);
}

/* What becomes of a packet to a frontend: `to` is where it is to be rewritten. */
static __always_inline enum decision resolve(const struct flow *flow, __u8 tcp_flags, const struct frontend *frontend,
					     enum origin origin, struct conntrack *to)
{
	struct conntrack *entry = bpf_map_lookup_elem(&conntrack, flow);
	__u32 view = view_of(frontend, origin != FROM_POD);
	__u64 now = bpf_ktime_get_ns();

	if (!entry || !stays(entry, flow, tcp_flags, frontend->service, view, now)) {
		if (!pick(flow, frontend, view, to))
			return frontend->count[VIEW_ALL] ? DECIDED_NO_LOCAL : DECIDED_REJECT;
		return record(flow, frontend, origin, to) ? DECIDED_TRANSLATE : DECIDED_NO_PORT;
	}
	*to = *entry;
	if (tcp_flags & (TCP_FIN | TCP_RST))
		entry->flags |= CONNTRACK_CLOSING;
	if (touch(&entry->seen, now)) {
		to->seen = now;
		keep_answer(flow, origin, to);
	}
	return DECIDED_TRANSLATE;
}

/* How the answer is to look, when this packet is one; NULL otherwise. What it says of the flow is noted. */
static __always_inline const struct reverse_nat *find_answer(const struct flow *flow, __u8 tcp_flags)
{
	struct reverse_nat *reverse = bpf_map_lookup_elem(&reverse_nat, flow);
	__u32 closing = tcp_flags & (TCP_FIN | TCP_RST) ? CONNTRACK_CLOSING : 0;
	__u64 now;

	if (!reverse)
		return NULL;
	now = bpf_ktime_get_ns();
	if (touch(&reverse->seen, now) || closing) {
		struct flow request = {
			.source = reverse->destination,
			.destination = reverse->source,
			.source_port = reverse->destination_port,
			.destination_port = reverse->source_port,
			.protocol = flow->protocol,
			.family = flow->family,
		};
		struct conntrack *entry = bpf_map_lookup_elem(&conntrack, &request);

		reverse->flags |= closing;
		if (entry) {
			entry->flags |= closing;
			entry->seen = now;
		}
	}
	return reverse;
}

/*
 * The answer that an earlier flow through a frontend still expects from the ends of this packet, which is on its way to
 * a backend by that one's own address: to take it for that flow's would have the client see a frontend that it never
 * called. True when there is one. TCP says when a connection begins; of UDP each packet may be the first.
 */
static __always_inline bool is_outdated(const struct flow *flow, __u8 tcp_flags, struct flow *answer)
{
	if (flow->protocol == IPPROTO_TCP && (tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return false;
	*answer = *flow;
	reverse(answer);
	return bpf_map_lookup_elem(&reverse_nat, answer) != NULL;
}

#endif
