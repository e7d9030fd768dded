/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* The maps. Sizes are defaults: the loader sets them from the agent's options. */
#ifndef CHURNLAB_MAPS_H
#define CHURNLAB_MAPS_H

#include "layout.h"

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct endpoint_key);
	__type(value, struct endpoint);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} endpoints SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct remote_key);
	__type(value, struct remote);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} remotes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, METRIC_COUNT);
} metrics SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow);
	__type(value, __u64); /* bpf_ktime_get_ns() of the first packet */
	__uint(max_entries, 16384);
} stack_flows SEC(".maps");

static __always_inline const struct config *the_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

static __always_inline void count(const struct __sk_buff *skb, __u32 metric)
{
	struct counter *counter = bpf_map_lookup_elem(&metrics, &metric);

	if (counter) {
		counter->packets++;
		counter->bytes += skb->len;
	}
}

static __always_inline const struct endpoint *find_endpoint(const struct address *address, __u8 family)
{
	struct endpoint_key key = { .address = *address, .family = family };

	return bpf_map_lookup_elem(&endpoints, &key);
}

static __always_inline const struct remote *find_remote(const struct address *address, __u8 family)
{
	struct remote_key key = {
		.prefixlen = 32 + (family == FAMILY_IPV4 ? 32 : 128),
		.family = family,
		.address = *address,
	};

	return bpf_map_lookup_elem(&remotes, &key);
}

#endif
