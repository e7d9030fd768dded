/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * Services: what the programs and the agent agree on. The TypeScript side is src/datapath/services/maps/; a test
 * compares sizes, names and numbers. Addresses and ports are in network order, other numbers in host order.
 */
#ifndef CHURNLAB_SERVICE_LAYOUT_H
#define CHURNLAB_SERVICE_LAYOUT_H

#include "layout.h"

/* Which of a service's backends may be taken: all of them, or those on this node (a traffic policy `Local`). */
enum view {
	VIEW_ALL,
	VIEW_LOCAL,
	VIEW_COUNT,
};

/* frontends: what clients call. The address of a node port is zero: any address of this node. */
struct frontend_key {
	struct address address;
	__be16 port;
	__u8 protocol;
	__u8 family;
};

#define FRONTEND_INTERNAL_LOCAL 1u /* clients on this node may only take backends on this node */
#define FRONTEND_EXTERNAL_LOCAL 2u /* all other clients may only take backends on this node */
#define FRONTEND_MAGLEV 4u         /* choose by the packet's ends instead of at random */
#define FRONTEND_DSR 8u            /* backends on other nodes answer the client themselves */
#define FRONTEND_KIND_SHIFT 8      /* what it is in the API; for people only */

struct frontend {
	__u32 service;           /* one port of a Service in one family, under this number in all other maps */
	__u32 count[VIEW_COUNT]; /* slots of each view */
	__u32 affinity;          /* seconds that a client stays with its backend; 0: none */
	__u32 flags;
};

/* slots: the backends of a view, numbered from 1 to its count. */
struct slot_key {
	__u32 service;
	__u32 view;
	__u32 index;
};

#define BACKEND_IN_ALL 1u      /* new connections may go there: in VIEW_ALL */
#define BACKEND_IN_LOCAL 2u    /* the same in VIEW_LOCAL */
#define BACKEND_LOCAL 4u       /* on this node */
#define BACKEND_TERMINATING 8u /* it still serves, but its pod is being deleted */

/* backends: by a number that belongs to one service. */
struct backend {
	struct address address;
	__be16 port;
	__u8 protocol;
	__u8 family;
	__u32 service;
	__u32 flags;
};

/* maglev: one table per service and view; an element holds two entries, as arrays round up to 8 bytes. */
struct maglev_key {
	__u32 service;
	__u32 view;
};

struct maglev_entries {
	__u32 backend[2];
};

/* affinity: where a client went last. */
struct affinity_key {
	struct address client; /* of a packet; of a socket: the cookie of its network namespace */
	__u32 service;
	__u32 family; /* 0: a cookie */
};

struct affinity {
	__u64 used; /* bpf_ktime_get_ns() */
	__u32 backend;
	__u32 pad;
};

/* conntrack: flows from clients to frontends, as clients send them. */
#define CONNTRACK_CLOSING 1u /* a FIN or RST was seen */
#define CONNTRACK_SNAT 2u    /* the source is replaced by an address of this node */
#define CONNTRACK_HAIRPIN 4u /* client and backend are the same pod */
#define CONNTRACK_DSR 8u     /* the frontend travels in the packet, the backend's node answers for it */

struct conntrack {
	struct address address; /* of the backend: a TCP connection stays there, whatever becomes of the entry below */
	__be16 port;
	__be16 source_port; /* that the source has after translation */
	__u32 backend;
	__u32 service;
	__u32 flags;
	__u64 seen; /* bpf_ktime_get_ns(), a second early at most */
};

/* reverse_nat: answers of backends, as backends send them, and the ends that the client must see. */
#define REVERSE_OVERLAY 2u /* the client is reached through the overlay (bit 0 is CONNTRACK_CLOSING) */

struct reverse_nat {
	struct address source;      /* the frontend */
	struct address destination; /* the client */
	__be16 source_port;
	__be16 destination_port;
	__u32 flags;
	__u64 seen;
};

/* reverse_sockets: which frontend a socket called to get to this backend. */
struct reverse_socket_key {
	__u64 cookie;
	struct address address;
	__be16 port;
	__u8 family;
	__u8 pad[5];
};

struct reverse_socket {
	struct address address;
	__be16 port;
	__u8 pad[2];
};

struct service_config {
	struct address node[2];     /* the node's own address, IPv4 and IPv6; zero: it has none */
	struct address loopback[2]; /* source of a pod that calls itself, IPv4 and IPv6 */
	__u32 maglev_size;          /* entries of a Maglev table, a prime */
	__u16 node_port_first;      /* range of node ports */
	__u16 node_port_last;
	__u16 snat_first; /* range of source ports for what is sent on to other nodes */
	__u16 snat_last;
	__u8 uplink_mac[6];
	__u8 pad[2];
};

enum service_metric {
	SERVICE_SOCKET,            /* a socket's address translated */
	SERVICE_SOCKET_REJECTED,   /* a socket refused: no backend */
	SERVICE_PACKET,            /* a request translated */
	SERVICE_REPLY,             /* an answer translated back */
	SERVICE_HAIRPIN,           /* a request back to the pod that it came from */
	SERVICE_SNAT,              /* a request sent on to another node, with this node's address */
	SERVICE_DSR,               /* a request sent on to another node, with the client's address */
	SERVICE_XDP,               /* a request or an answer sent on before the stack saw it */
	SERVICE_REJECTED,          /* answered with "port unreachable": no backend */
	SERVICE_DROP_NO_LOCAL,     /* backends, but none on this node, which the traffic policy asks for */
	SERVICE_DROP_NO_PORT,      /* no free source port for what must be sent on */
	SERVICE_DROP_MALFORMED,    /* could not be rewritten */
	SERVICE_METRIC_COUNT,
};

/* Idle flows are forgotten after these, in seconds; the values are those of nf_conntrack and of Cilium. */
#define IDLE_TCP 21600
#define IDLE_CLOSING 10
#define IDLE_UDP 60

#endif
