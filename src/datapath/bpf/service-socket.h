/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Services at the sockets of the node's cgroup: the address is translated once, when a socket connects or sends, and no
 * packet has a frontend in it. The other direction is only for what the socket's owner sees (getpeername, recvmsg).
 */
#ifndef CHURNLAB_SERVICE_SOCKET_H
#define CHURNLAB_SERVICE_SOCKET_H

#include "service-select.h"

#define ECONNREFUSED 111
#define PROCEED 1
#define REFUSE 0
#define MAPPED bpf_htonl(0xffff) /* ::ffff:0:0/96, IPv4 addresses in IPv6 sockets */

struct end {
	struct address address;
	__be16 port;
	__u8 family;
};

static __always_inline void read_end4(struct bpf_sock_addr *ctx, struct end *end)
{
	end->address.words[0] = ctx->user_ip4;
	end->port = ctx->user_port;
	end->family = FAMILY_IPV4;
}

static __always_inline void read_end6(struct bpf_sock_addr *ctx, struct end *end)
{
	end->port = ctx->user_port;
	if (!ctx->user_ip6[0] && !ctx->user_ip6[1] && ctx->user_ip6[2] == MAPPED) {
		end->address.words[0] = ctx->user_ip6[3];
		end->family = FAMILY_IPV4;
		return;
	}
	end->address.words[0] = ctx->user_ip6[0];
	end->address.words[1] = ctx->user_ip6[1];
	end->address.words[2] = ctx->user_ip6[2];
	end->address.words[3] = ctx->user_ip6[3];
	end->family = FAMILY_IPV6;
}

static __always_inline void write_end4(struct bpf_sock_addr *ctx, const struct end *end)
{
	ctx->user_ip4 = end->address.words[0];
	ctx->user_port = end->port;
}

static __always_inline void write_end6(struct bpf_sock_addr *ctx, const struct end *end)
{
	ctx->user_port = end->port;
	if (end->family == FAMILY_IPV4) { /* a mapped address: its first words are as they were */
		ctx->user_ip6[3] = end->address.words[0];
		return;
	}
	ctx->user_ip6[0] = end->address.words[0];
	ctx->user_ip6[1] = end->address.words[1];
	ctx->user_ip6[2] = end->address.words[2];
	ctx->user_ip6[3] = end->address.words[3];
}

/* Sets the entry that leads back from the backend, unless it is there. */
static __always_inline void remember_socket(__u64 cookie, const struct end *backend, const struct end *frontend)
{
	struct reverse_socket_key key = {
		.cookie = cookie,
		.address = backend->address,
		.port = backend->port,
		.family = backend->family,
	};
	struct reverse_socket value = { .address = frontend->address, .port = frontend->port };
	const struct reverse_socket *old = bpf_map_lookup_elem(&reverse_sockets, &key);

	if (old && old->port == value.port && same_address(&old->address, &value.address))
		return;
	bpf_map_update_elem(&reverse_sockets, &key, &value, BPF_ANY);
}

enum outcome {
	UNCHANGED,
	TRANSLATED,
	REFUSED,
};

/* `steady`: one socket stays with one backend while their number stays, as its datagrams may belong together. */
static __always_inline enum outcome translate(struct bpf_sock_addr *ctx, struct end *end, bool steady)
{
	const struct frontend *frontend;
	const struct backend *backend;
	struct affinity_key client = {};
	struct end called = *end;
	__u64 cookie, netns;

	if (ctx->protocol != IPPROTO_TCP && ctx->protocol != IPPROTO_UDP)
		return UNCHANGED;
	frontend = find_frontend(&end->address, end->port, ctx->protocol, end->family);
	if (!frontend)
		return UNCHANGED;
	cookie = bpf_get_socket_cookie(ctx);
	netns = bpf_get_netns_cookie(ctx);
	client.client.words[0] = netns;
	client.client.words[1] = netns >> 32;
	if (!choose(frontend, view_of(frontend, false), &client, NULL,
		    steady ? mix((__u32)cookie) : bpf_get_prandom_u32(), &backend)) {
		count_service(SERVICE_SOCKET_REJECTED, 0);
		bpf_set_retval(-ECONNREFUSED);
		return REFUSED;
	}
	end->address = backend->address;
	end->port = backend->port;
	remember_socket(cookie, end, &called);
	count_service(SERVICE_SOCKET, 0);
	return TRANSLATED;
}

static __always_inline bool translate_back(struct bpf_sock_addr *ctx, struct end *end)
{
	struct reverse_socket_key key = {
		.cookie = bpf_get_socket_cookie(ctx),
		.address = end->address,
		.port = end->port,
		.family = end->family,
	};
	const struct reverse_socket *frontend = bpf_map_lookup_elem(&reverse_sockets, &key);

	if (!frontend)
		return false;
	end->address = frontend->address;
	end->port = frontend->port;
	return true;
}

#define FORWARD(name, section, version, steady)                        \
	SEC(section) int name(struct bpf_sock_addr *ctx)               \
	{                                                              \
		struct end end = {};                                   \
		enum outcome outcome;                                  \
                                                                       \
		read_end##version(ctx, &end);                          \
		outcome = translate(ctx, &end, steady);                \
		if (outcome == TRANSLATED)                             \
			write_end##version(ctx, &end);                 \
		return outcome == REFUSED ? REFUSE : PROCEED;          \
	}

#define BACK(name, section, version)                                   \
	SEC(section) int name(struct bpf_sock_addr *ctx)               \
	{                                                              \
		struct end end = {};                                   \
                                                                       \
		read_end##version(ctx, &end);                          \
		if (translate_back(ctx, &end))                         \
			write_end##version(ctx, &end);                 \
		return PROCEED;                                        \
	}

FORWARD(cl_connect4, "cgroup/connect4", 4, false)
FORWARD(cl_connect6, "cgroup/connect6", 6, false)
FORWARD(cl_sendmsg4, "cgroup/sendmsg4", 4, true)
FORWARD(cl_sendmsg6, "cgroup/sendmsg6", 6, true)
BACK(cl_recvmsg4, "cgroup/recvmsg4", 4)
BACK(cl_recvmsg6, "cgroup/recvmsg6", 6)
BACK(cl_getpeername4, "cgroup/getpeername4", 4)
BACK(cl_getpeername6, "cgroup/getpeername6", 6)

#endif
