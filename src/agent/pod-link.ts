/**
 * A pod's link: a veth whose peer is made inside the pod's namespace, with address, routes and gateway, in two
 * batches of netlink messages. Nothing is moved or renamed, and nothing is asked for on the wire: the gateway is
 * link-local (169.254.1.1, fe80::1) and a permanent neighbour.
 */
import { createHash } from 'node:crypto';
import { GATEWAY } from '../datapath/index.ts';
import type { Ip } from '../ip/index.ts';
import {
  addAddress,
  addRoute,
  createVeth,
  deleteAddress,
  deleteLink,
  getLink,
  KernelError,
  type Netns,
  parseLink,
  type Request,
  RtSocket,
  setLink,
  setNeighbour,
} from '../kernel/index.ts';

/** Hardware address of every host-side end: it is only ever seen on its own link. Locally administered. */
const HOST_MAC = Uint8Array.of(0x02, 0xcb, 0, 0, 0, 1);

export interface PodLinkSpec {
  /** Name of the host-side end. */
  readonly name: string;
  /** Name inside the pod (CNI_IFNAME). */
  readonly ifname: string;
  readonly ips: readonly Ip[];
  readonly mtu: number;
  /** The pod's hardware address; derived from its first address when absent. */
  readonly mac?: Uint8Array;
}

export interface PodLink {
  /** Index of the host-side end. */
  readonly index: number;
  /** Index of the pod's end, in the pod's namespace. */
  readonly podIndex: number;
  readonly podMac: Uint8Array;
  readonly hostMac: Uint8Array;
}

/** Index of the pod's end where it is free: that of the first link after lo. */
const POD_INDEX = 2;

/** Metric of routes of further interfaces: behind those of the first, IPv6's default of 1024 included. */
const FURTHER_METRIC = 1024;

/** Name of an attachment's host-side end: the same for the same attachment, so that it is found after a crash. */
export function linkName(containerId: string, ifname: string): string {
  return `lxc${createHash('sha256').update(`${containerId}:${ifname}`).digest('hex').slice(0, 12)}`;
}

/** A locally administered address from the last four bytes of an IP, as the bridge plugin derives it. */
export function podMac(ip: Ip): Uint8Array {
  return Uint8Array.of(0x0a, 0x58, ...ip.bytes().slice(-4));
}

/**
 * Makes both ends, the host's up, with indices that are known beforehand: each look at a link takes the kernel's
 * global network lock, for which all nodes and pods of the machine compete. Throws KernelError EEXIST when either name
 * is taken.
 * @param node socket in the node's namespace
 * @param index for the host-side end
 * @param hook puts the datapath on the host-side end, before it is up
 */
export function createPodLink(
  node: RtSocket,
  pod: Netns,
  index: number,
  hook: Request,
  spec: PodLinkSpec,
): PodLink {
  const mac = spec.mac ?? podMac(spec.ips[0]!);
  const host = { name: spec.name, index, mac: HOST_MAC, mtu: spec.mtu, queues: 1 };
  const peer = { name: spec.ifname, mac, mtu: spec.mtu, queues: 1, netnsFd: pod.fd };
  const [made, ...others] = node.attempt(
    createVeth(host, { ...peer, index: POD_INDEX }),
    hook,
    setLink(index, { up: true }),
  );
  if (!(made instanceof KernelError)) {
    const failed = others.find((reply) => reply instanceof KernelError);
    if (failed === undefined) return { index, podIndex: POD_INDEX, podMac: mac, hostMac: HOST_MAC };
    node.attempt(deleteLink({ index }));
    throw failed;
  }
  if (made.code !== 'EBUSY') throw made;
  // The pod has other links: the kernel chooses an index.
  node.request(createVeth(host, peer), hook, setLink(index, { up: true }));
  using inPod = RtSocket.open(pod);
  const podIndex = parseLink(inPod.request(getLink({ name: spec.ifname }))[0]![0]!).index;
  return { index, podIndex, podMac: mac, hostMac: HOST_MAC };
}

/** Gives the pod's end its addresses and its way out. */
export function configurePodLink(pod: Netns, { podIndex }: PodLink, spec: PodLinkSpec): void {
  using socket = RtSocket.open(pod);
  // Without IPv6 a link-local address would only cost its announcement and duplicate address detection.
  const quiet = spec.ips.some(({ family }) => family === 'ipv6')
    ? []
    : [setLink(podIndex, { noLinkLocal: true })];
  socket.request(
    ...quiet,
    setLink(podIndex, { up: true }),
    ...spec.ips.flatMap((ip) => wayOut(podIndex, ip)),
  );
}

function wayOut(index: number, ip: Ip): Request[] {
  const family = ip.family === 'ipv4' ? 4 : 6;
  const prefixLength = family === 4 ? 32 : 128;
  const gateway = GATEWAY[ip.family].bytes();
  // A pod that has an interface goes on using it; the next one takes over when that is removed.
  const order = index === POD_INDEX ? {} : { metric: FURTHER_METRIC + index };
  return [
    addAddress({ index, address: ip.bytes(), prefixLength }),
    setNeighbour({ index, address: gateway, mac: HOST_MAC }),
    addRoute({ family, index, destination: { address: gateway, prefixLength }, ...order }),
    addRoute({ family, index, gateway, ...order }),
  ];
}

/** Takes the addresses off the pod's end; what is gone already is fine. */
export function clearPodLink(pod: Netns, ifname: string, ips: readonly Ip[]): void {
  using socket = RtSocket.open(pod);
  if (removeAddresses(socket, POD_INDEX, ips)) return;
  const [reply] = socket.attempt(getLink({ name: ifname }));
  if (Array.isArray(reply)) removeAddresses(socket, parseLink(reply[0]!).index, ips);
}

/** Returns false when the link is not there, or one of the addresses is not on it. */
function removeAddresses(socket: RtSocket, index: number, ips: readonly Ip[]): boolean {
  const prefixLength = (ip: Ip): number => (ip.family === 'ipv4' ? 32 : 128);
  const replies = socket.attempt(
    ...ips.map((ip) => deleteAddress({ index, address: ip.bytes(), prefixLength: prefixLength(ip) })),
  );
  const failures = replies.filter((reply) => reply instanceof KernelError);
  const other = failures.find(({ code }) => code !== 'EADDRNOTAVAIL' && code !== 'ENODEV');
  if (other) throw other;
  return failures.length === 0;
}

/** Removes a link now, with the wait that takes; one that is gone is fine. */
export function removePodLink(node: RtSocket, name: string): void {
  const [result] = node.attempt(deleteLink({ name }));
  if (result instanceof KernelError && result.code !== 'ENODEV') throw result;
}
