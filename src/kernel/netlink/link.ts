/** Links: include/uapi/linux/if_link.h, rtnetlink(7). */
import {
  attribute,
  attributes,
  type Message,
  NLM_F_CREATE,
  NLM_F_EXCL,
  nested,
  type Request,
  text,
  textOf,
  u8,
  u16be,
  u32,
} from './message.ts';

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;

const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_GROUP = 27;
const IFLA_NET_NS_FD = 28;
const IFLA_AF_SPEC = 26;
const IFLA_XDP = 43;
const IFLA_XDP_FD = 1;
const IFLA_XDP_FLAGS = 3;
/** XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE. */
const XDP_MODE = { generic: 2, native: 4 } as const;
const IFLA_NUM_TX_QUEUES = 31;
const IFLA_NUM_RX_QUEUES = 32;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;
const IFLA_VXLAN_PORT = 15;
const IFLA_VXLAN_COLLECT_METADATA = 25;
const IFLA_VXLAN_LEARNING = 7;
const IFLA_VXLAN_ID = 1;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const IN6_ADDR_GEN_MODE_NONE = 1;
const AF_INET6 = 10;

export const IFF_UP = 0x1;
export const IFF_NOARP = 0x80;

/** What a new link may carry. Lengths of hardware addresses are 6 bytes; MTU in bytes. */
export interface LinkOptions {
  readonly name: string;
  /** Index to give it; the kernel's choice when absent. EBUSY when it is taken. */
  readonly index?: number;
  readonly mac?: Uint8Array;
  readonly mtu?: number;
  readonly up?: boolean;
  /** No neighbour resolution on this link. */
  readonly noArp?: boolean;
  /**
   * Queues each way. A veth without them is made with one a processor and cut down to one right after, which waits for
   * an RCU grace period under the lock that all changes of links need (drivers/net/veth.c, veth_init_queues).
   */
  readonly queues?: number;
  /** Links of one group can be deleted together: see {@link deleteLinkGroup}. */
  readonly group?: number;
  readonly netnsFd?: number;
  /** Index of the bridge this link is a port of. */
  readonly master?: number;
}

/** A link as the kernel reports it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly kind: string | undefined;
  readonly mac: Buffer | undefined;
  readonly mtu: number;
  readonly flags: number;
  readonly group: number;
  readonly master: number | undefined;
}

function header(index = 0, flags = 0, change = 0): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt32LE(flags, 8);
  bytes.writeUInt32LE(change, 12);
  return bytes;
}

function body(options: LinkOptions, ...more: readonly Buffer[]): Buffer {
  const flags = (options.up ? IFF_UP : 0) | (options.noArp ? IFF_NOARP : 0);
  const parts = [header(options.index, flags, flags), text(IFLA_IFNAME, options.name)];
  if (options.mac) parts.push(attribute(IFLA_ADDRESS, options.mac));
  if (options.mtu !== undefined) parts.push(u32(IFLA_MTU, options.mtu));
  if (options.queues !== undefined) {
    parts.push(u32(IFLA_NUM_TX_QUEUES, options.queues), u32(IFLA_NUM_RX_QUEUES, options.queues));
  }
  if (options.group !== undefined) parts.push(u32(IFLA_GROUP, options.group));
  if (options.netnsFd !== undefined) parts.push(u32(IFLA_NET_NS_FD, options.netnsFd));
  if (options.master !== undefined) parts.push(u32(IFLA_MASTER, options.master));
  return Buffer.concat([...parts, ...more]);
}

function create(options: LinkOptions, kind: string, data?: Buffer): Request {
  const info = [text(IFLA_INFO_KIND, kind), ...(data ? [data] : [])];
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: body(options, nested(IFLA_LINKINFO, ...info)),
    operation: `create ${kind} ${options.name}`,
  };
}

/**
 * A veth pair in one request; the peer cannot be `up` yet (ENOTCONN: veth has no peer while it is made). With `peer.netnsFd` the peer is made where it belongs: moving a device between
 * namespaces costs an RCU grace period (about 20 ms), making it in place does not. The peer's `index` counts only
 * when the link has one too (drivers/net/veth.c).
 */
export function createVeth(options: LinkOptions, peer: LinkOptions): Request {
  return create(options, 'veth', nested(IFLA_INFO_DATA, attribute(VETH_INFO_PEER, body(peer))));
}

export function createBridge(options: LinkOptions): Request {
  return create(options, 'bridge');
}

/** A VXLAN device that takes its tunnel key from each packet's metadata: no FDB, no peer list. */
export function createVxlan(options: LinkOptions & { readonly port: number }): Request {
  return create(
    options,
    'vxlan',
    nested(
      IFLA_INFO_DATA,
      u32(IFLA_VXLAN_ID, 0),
      u16be(IFLA_VXLAN_PORT, options.port),
      u8(IFLA_VXLAN_LEARNING, 0),
      u8(IFLA_VXLAN_COLLECT_METADATA, 1),
    ),
  );
}

/** Changes of an existing link, by index. */
export interface LinkChange {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly group?: number;
  /** Index of a bridge; 0 takes the link out of its bridge. */
  readonly master?: number;
  readonly mac?: Uint8Array;
  /** The kernel makes no link-local IPv6 address by itself: nothing is announced, no DAD runs. */
  readonly noLinkLocal?: boolean;
}

export function setLink(index: number, change: LinkChange): Request {
  const mask = change.up === undefined ? 0 : IFF_UP;
  const parts = [header(index, change.up ? IFF_UP : 0, mask)];
  if (change.mtu !== undefined) parts.push(u32(IFLA_MTU, change.mtu));
  if (change.group !== undefined) parts.push(u32(IFLA_GROUP, change.group));
  if (change.master !== undefined) parts.push(u32(IFLA_MASTER, change.master));
  if (change.mac) parts.push(attribute(IFLA_ADDRESS, change.mac));
  if (change.noLinkLocal) {
    parts.push(nested(IFLA_AF_SPEC, nested(AF_INET6, u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE))));
  }
  return { type: RTM_NEWLINK, flags: 0, body: Buffer.concat(parts), operation: `change link ${index}` };
}

/** Where an XDP program runs: in the driver, or in the stack before anything else where the driver cannot. */
export type XdpMode = keyof typeof XDP_MODE;

/** Gives a link an XDP program in the place of the one it has; it stays as long as the link does. */
export function setXdp(index: number, program: number, mode: XdpMode): Request {
  const fd = Buffer.alloc(4);
  fd.writeInt32LE(program);
  const xdp = nested(IFLA_XDP, attribute(IFLA_XDP_FD, fd), u32(IFLA_XDP_FLAGS, XDP_MODE[mode]));
  const operation = `attach an XDP program to link ${index}`;
  return { type: RTM_NEWLINK, flags: 0, body: Buffer.concat([header(index), xdp]), operation };
}

export function deleteLink(link: { readonly index: number } | { readonly name: string }): Request {
  const target =
    'index' in link ? header(link.index) : Buffer.concat([header(), text(IFLA_IFNAME, link.name)]);
  const label = 'index' in link ? String(link.index) : link.name;
  return { type: RTM_DELLINK, flags: 0, body: target, operation: `delete link ${label}` };
}

/** Deletes all links of a group with one wait for RCU, where one by one each would wait. */
export function deleteLinkGroup(group: number): Request {
  return {
    type: RTM_DELLINK,
    flags: 0,
    body: Buffer.concat([header(), u32(IFLA_GROUP, group)]),
    operation: `delete links of group ${group}`,
  };
}

export function getLink(link: { readonly index: number } | { readonly name: string }): Request {
  const target =
    'index' in link ? header(link.index) : Buffer.concat([header(), text(IFLA_IFNAME, link.name)]);
  const label = 'index' in link ? String(link.index) : link.name;
  return { type: RTM_GETLINK, flags: 0, body: target, operation: `find link ${label}` };
}

/** All links of the namespace, for {@link RtSocket.dump}. */
export function listLinks(): Request {
  return { type: RTM_GETLINK, flags: 0, body: header(), operation: 'list links' };
}

export function parseLink(message: Message): Link {
  const found = attributes(message.body, 16);
  const info = found.get(IFLA_LINKINFO);
  return {
    index: message.body.readInt32LE(4),
    flags: message.body.readUInt32LE(8),
    name: textOf(found.get(IFLA_IFNAME)) ?? '',
    kind: info ? textOf(attributes(info).get(IFLA_INFO_KIND)) : undefined,
    mac: found.get(IFLA_ADDRESS),
    mtu: found.get(IFLA_MTU)?.readUInt32LE(0) ?? 0,
    group: found.get(IFLA_GROUP)?.readUInt32LE(0) ?? 0,
    master: found.get(IFLA_MASTER)?.readUInt32LE(0),
  };
}
