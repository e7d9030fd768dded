/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* From a frontend to a backend. */
#ifndef CHURNLAB_SERVICE_SELECT_H
#define CHURNLAB_SERVICE_SELECT_H

#include "service-maps.h"

#define SECOND 1000000000ull

/* The frontend that has this address, or the node port when the address is one of this node's own. */
static __always_inline const struct frontend *find_frontend(const struct address *address, __be16 port,
							    __u8 protocol, __u8 family)
{
	struct frontend_key key = { .address = *address, .port = port, .protocol = protocol, .family = family };
	const struct frontend *frontend = bpf_map_lookup_elem(&frontends, &key);
	const struct service_config *config;
	const struct endpoint *endpoint;

	if (frontend)
		return frontend;
	config = the_service_config();
	if (!config || bpf_ntohs(port) < config->node_port_first || bpf_ntohs(port) > config->node_port_last)
		return NULL;
	endpoint = find_endpoint(address, family);
	if (!endpoint || !(endpoint->flags & ENDPOINT_HOST))
		return NULL;
	__builtin_memset(&key.address, 0, sizeof(key.address));
	return bpf_map_lookup_elem(&frontends, &key);
}

static __always_inline __u32 view_of(const struct frontend *frontend, bool external)
{
	__u32 flag = external ? FRONTEND_EXTERNAL_LOCAL : FRONTEND_INTERNAL_LOCAL;

	return frontend->flags & flag ? VIEW_LOCAL : VIEW_ALL;
}

/* The backend, if new connections to this view may go there. */
static __always_inline const struct backend *eligible(__u32 id, __u32 service, __u32 view)
{
	const struct backend *backend = bpf_map_lookup_elem(&backends, &id);
	__u32 flag = view == VIEW_LOCAL ? BACKEND_IN_LOCAL : BACKEND_IN_ALL;

	return backend && backend->service == service && backend->flags & flag ? backend : NULL;
}

/* Mixes all bits into all others: the finalizer of MurmurHash3 (32 bits). */
static __always_inline __u32 mix(__u32 hash)
{
	hash ^= hash >> 16;
	hash *= 0x85ebca6b;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35;
	return hash ^ hash >> 16;
}

/* The same on every node for the same ends, so that any node sends a flow to the same backend. */
static __always_inline __u32 hash_flow(const struct flow *flow)
{
	__u32 hash = flow->protocol;

#pragma unroll
	for (int i = 0; i < 4; i++)
		hash = mix(hash ^ flow->source.words[i]) * 5 + flow->destination.words[i];
	return mix(hash ^ ((__u32)flow->source_port << 16 | flow->destination_port));
}

static __always_inline __u32 maglev_backend(__u32 service, __u32 view, __u32 hash)
{
	const struct service_config *config = the_service_config();
	struct maglev_key key = { .service = service, .view = view };
	const struct maglev_entries *entries;
	__u32 entry, element;
	void *table;

	if (!config || !config->maglev_size)
		return 0;
	table = bpf_map_lookup_elem(&maglev, &key);
	if (!table)
		return 0;
	entry = hash % config->maglev_size;
	element = entry >> 1;
	entries = bpf_map_lookup_elem(table, &element);
	if (!entries)
		return 0;
	return entry & 1 ? entries->backend[1] : entries->backend[0];
}

static __always_inline __u32 slot_backend(__u32 service, __u32 view, __u32 index)
{
	struct slot_key key = { .service = service, .view = view, .index = index };
	const __u32 *id = bpf_map_lookup_elem(&slots, &key);

	return id ? *id : 0;
}

/*
 * Chooses a backend for a new connection and returns its number; 0 when there is none. `flow` (may be NULL) is what
 * Maglev goes by.
 */
static __always_inline __u32 choose(const struct frontend *frontend, __u32 view, struct affinity_key *client,
				    const struct flow *flow, __u32 random, const struct backend **backend)
{
	__u32 count = frontend->count[view], id = 0;

	client->service = frontend->service;
	if (frontend->affinity) {
		struct affinity *last = bpf_map_lookup_elem(&affinity, client);
		__u64 now = bpf_ktime_get_ns();

		if (last && now - last->used <= frontend->affinity * SECOND) {
			*backend = eligible(last->backend, frontend->service, view);
			if (*backend) {
				last->used = now;
				return last->backend;
			}
		}
	}
	if (!count)
		return 0;
	if (flow && frontend->flags & FRONTEND_MAGLEV)
		id = maglev_backend(frontend->service, view, hash_flow(flow));
	if (!id)
		id = slot_backend(frontend->service, view, random % count + 1);
	/* The last slot may have gone since the count was read; the first one is there as long as any. */
	if (!id)
		id = slot_backend(frontend->service, view, 1);
	*backend = bpf_map_lookup_elem(&backends, &id);
	if (!*backend)
		return 0;
	if (frontend->affinity) {
		struct affinity chosen = { .used = bpf_ktime_get_ns(), .backend = id };

		bpf_map_update_elem(&affinity, client, &chosen, BPF_ANY);
	}
	return id;
}

#endif
