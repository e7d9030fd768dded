/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What the programs and the agent agree on: keys, values and counters. The TypeScript side is
 * src/datapath/maps/; a test compares sizes with the BTF of the object and names with the enum below.
 * Addresses are in network order, IPv4 in the first four bytes and the rest zero; numbers in host order.
 */
#ifndef CHURNLAB_LAYOUT_H
#define CHURNLAB_LAYOUT_H

#include <linux/bpf.h>
#include <linux/types.h>

#define FAMILY_IPV4 4
#define FAMILY_IPV6 6

struct address {
	__u32 words[4];
};

/* endpoints: who has this address on this node? */
struct endpoint_key {
	struct address address;
	__u8 family;
	__u8 pad[3];
};

#define ENDPOINT_HOST 1u /* an address of the node itself: its stack answers */

struct endpoint {
	__u32 ifindex; /* host side of the pod's veth */
	__u32 flags;
	__u8 pod_mac[6];
	__u8 host_mac[6];
};

/* remotes: which node leads to this prefix? prefixlen counts the 32 bits before the address. */
struct remote_key {
	__u32 prefixlen;
	__u8 family;
	__u8 pad[3];
	struct address address;
};

struct remote {
	struct address nexthop;
	__u8 family; /* of the next hop; it may differ from that of the prefix */
	__u8 pad[3];
};

#define CONFIG_VXLAN 1u       /* remote prefixes through the overlay, otherwise through the uplink */
#define CONFIG_STACK_FLOWS 2u /* keep flows that the node's stack translates on the path through the stack */
#define CONFIG_STACK_ALL 4u   /* everything takes the stack: its connection tracking sees every flow */

struct config {
	__u32 flags;
	__u32 uplink_ifindex;
	__u32 vxlan_ifindex;
	__u32 vni;
	__u32 pod_mtu;
};

/* stack_flows: packets with these ends belong to the node's stack, since it saw (and may have translated)
 * the other direction. */
struct flow {
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 family;
	__u8 pad[2];
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

enum metric {
	METRIC_FORWARD_LOCAL,          /* pod to pod on this node */
	METRIC_FORWARD_REMOTE,         /* pod to another node, by the uplink */
	METRIC_FORWARD_OVERLAY,        /* pod or node to another node, by VXLAN */
	METRIC_FORWARD_FROM_NETWORK,   /* uplink to pod */
	METRIC_FORWARD_FROM_OVERLAY,   /* VXLAN to pod */
	METRIC_FORWARD_FROM_STACK,     /* the node's stack to pod */
	METRIC_PASS_NODE,              /* pod to the node itself */
	METRIC_PASS_OUTSIDE,           /* pod to neither node, endpoint nor remote prefix */
	METRIC_PASS_FRAGMENT,          /* fragments: the stack routes them */
	METRIC_PASS_STACK_FLOW,        /* replies of flows that the stack translates */
	METRIC_PASS_STACK_ALL,         /* everything, where the stack is to see every flow */
	METRIC_PASS_TTL,               /* the stack answers with "time exceeded" */
	METRIC_PASS_TOO_BIG,           /* the stack fragments, or answers with "too big" */
	METRIC_ANSWER_ARP,             /* gateway resolved for a pod */
	METRIC_ANSWER_ND,              /* the same in IPv6 */
	METRIC_DROP_SPOOFED,           /* source is not the pod's own address */
	METRIC_DROP_NO_ENDPOINT,       /* nobody has this address */
	METRIC_DROP_MALFORMED,         /* shorter than its headers say */
	METRIC_DROP_ETHERTYPE,         /* neither IPv4, IPv6 nor ARP */
	METRIC_DROP_LINK_LOCAL,        /* IPv6 link-local chatter of a pod that nobody needs */
	METRIC_DROP_VNI,               /* a VXLAN packet of another network */
	METRIC_DROP_TUNNEL,            /* no tunnel header could be set */
	METRIC_DROP_CONFIG,            /* the agent has not configured the node yet */
	METRIC_COUNT,
};

/* Marks on packets, inside the node only. Bits that neither kube-proxy (0x4000, 0x8000) nor Cilium (0x0f00) use. */
#define MARK_DIRECT 0x01000000u  /* sent by these programs: not seen by the stack */
#define MARK_CLUSTER 0x02000000u /* handed to the stack, for another node: not to be masqueraded */

#endif
