/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* The maps of services. Sizes are defaults: the loader sets them from the agent's options. */
#ifndef CHURNLAB_SERVICE_MAPS_H
#define CHURNLAB_SERVICE_MAPS_H

#include "maps.h"
#include "packet.h"
#include "service-layout.h"

#define BPF_F_INNER_MAP 0x1000 /* tables may have other sizes than the template; from kernel 5.10 */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct frontend_key);
	__type(value, struct frontend);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} frontends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct slot_key);
	__type(value, __u32);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct backend);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} backends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, struct maglev_key);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
		__uint(key_size, sizeof(__u32));
		__uint(value_size, sizeof(struct maglev_entries));
	});
} maglev SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct affinity_key);
	__type(value, struct affinity);
	__uint(max_entries, 16384);
} affinity SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow);
	__type(value, struct conntrack);
	__uint(max_entries, 32768);
} conntrack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow);
	__type(value, struct reverse_nat);
	__uint(max_entries, 32768);
} reverse_nat SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct reverse_socket_key);
	__type(value, struct reverse_socket);
	__uint(max_entries, 32768);
} reverse_sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct service_config);
	__uint(max_entries, 1);
} service_config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, SERVICE_METRIC_COUNT);
} service_metrics SEC(".maps");

static __always_inline void count_service(__u32 metric, __u32 bytes)
{
	struct counter *counter = bpf_map_lookup_elem(&service_metrics, &metric);

	if (counter) {
		counter->packets++;
		counter->bytes += bytes;
	}
}

static __always_inline const struct service_config *the_service_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&service_config, &zero);
}

static __always_inline __u32 family_index(__u8 family)
{
	return family == FAMILY_IPV4 ? 0 : 1;
}

static __always_inline bool same_address(const struct address *a, const struct address *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
	       a->words[3] == b->words[3];
}

#endif
