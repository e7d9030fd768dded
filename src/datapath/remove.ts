/** What a datapath has put on a node, taken away again: for a node that is to have another network. */
import fs from 'node:fs';
import path from 'node:path';
import { Cidr, Ip } from '../ip/index.ts';
import { BpfMap, detachFromCgroup } from '../kernel/bpf/index.ts';
import {
  deleteClsact,
  deleteFilters,
  deleteLink,
  deleteNeighbour,
  KernelError,
  type Link,
  listFilters,
  listLinks,
  listNeighbours,
  listRoutes,
  type Netns,
  NUD_PERMANENT,
  parseBpfFilter,
  parseLink,
  parseNeighbour,
  parseRoute,
  type Request,
  RtSocket,
} from '../kernel/index.ts';
import { REMOTE_KEY, REMOTE_VALUE } from './maps/remote.ts';
import { FILTER_PRIORITIES } from './node/filters.ts';
import { OVERLAY_LINK, POD_LINK } from './node/links.ts';
import { removeTableScript, runNft } from './node/masquerade.ts';
import { deleteRemoteRoute } from './node/routes.ts';
import { SOCKET_PROGRAMS } from './services/pinned.ts';

/** Where pins.ts puts maps, and the programs of both objects (pinned.ts, services/pinned.ts). */
const PIN_FOLDERS = ['maps', 'programs', 'service_programs'];

export interface RemoveOptions {
  /** Namespace of the node; the calling thread's when undefined. */
  readonly netns?: Netns | undefined;
  /** Directory of the pins. */
  readonly bpffsDirectory: string;
  /** Directory of the cgroup (v2) whose sockets were translated. */
  readonly cgroup?: string | undefined;
}

/**
 * Removes programs, maps, links, routes, neighbours and rules; what of them is not there is passed over. Kernel parameters stay
 * as they are: others rely on forwarding, too. Throws KernelError, DatapathError `nft-failed`.
 */
export function removeDatapath({ netns, bpffsDirectory, cgroup }: RemoveOptions): void {
  using socket = RtSocket.open(netns);
  if (cgroup !== undefined) detachFromCgroup(cgroup, Object.values(SOCKET_PROGRAMS));
  removeRemotes(socket, remotesOf(bpffsDirectory));
  const links = () => socket.dump(listLinks()).map(parseLink);
  const ours = links().filter(({ name }) => name === POD_LINK || name === OVERLAY_LINK);
  for (const { index } of ours) gone(socket, deleteLink({ index }));
  for (const link of links()) removeFilters(socket, link);
  runNft(netns, `${removeTableScript()}\n`);
  removePins(bpffsDirectory);
}

/** A bpffs that is mounted on the directory itself stays, with what the kernel puts into each. */
function removePins(directory: string): void {
  if (!fs.existsSync(directory)) return;
  for (const name of PIN_FOLDERS) fs.rmSync(path.join(directory, name), { recursive: true, force: true });
  if (fs.statSync(directory).dev === fs.statSync(path.dirname(directory)).dev) fs.rmdirSync(directory);
}

/** Prefixes and addresses of other nodes with their next hops, as the map has them; empty without a map. */
function remotesOf(bpffsDirectory: string): readonly (readonly [Cidr, Ip])[] {
  using remotes = BpfMap.pinned(path.join(bpffsDirectory, 'maps/remotes'), REMOTE_KEY, REMOTE_VALUE);
  return remotes ? [...remotes.entries()] : [];
}

/** Routes to other nodes' prefixes, and the nodes themselves as neighbours. */
function removeRemotes(socket: RtSocket, remotes: readonly (readonly [Cidr, Ip])[]): void {
  const nexthops = new Map(remotes.map(([cidr, nexthop]) => [String(cidr), nexthop]));
  for (const family of [4, 6] as const) {
    for (const { destination, prefixLength, gateway, index } of socket
      .dump(listRoutes(family))
      .map(parseRoute)) {
      if (!destination || !gateway || index === undefined) continue;
      const cidr = `${Ip.fromBytes(destination)}/${prefixLength}`;
      const nexthop = nexthops.get(cidr);
      if (!nexthop?.equals(Ip.fromBytes(gateway))) continue;
      deleteRemoteRoute(socket, { cidr: Cidr.parseExact(cidr), nexthop, uplinkIndex: index });
    }
  }
  const others = new Set([...nexthops.values()].map(String));
  for (const { address, index, state } of socket.dump(listNeighbours()).map(parseNeighbour)) {
    if (!address || (state & NUD_PERMANENT) === 0 || !others.has(String(Ip.fromBytes(address)))) continue;
    gone(socket, deleteNeighbour({ index, address }));
  }
}

/** Our filters, and their queueing discipline when nobody else has any there. */
function removeFilters(socket: RtSocket, { index }: Link): void {
  const directions = ['ingress', 'egress'] as const;
  const filters = () =>
    directions.flatMap((direction) =>
      socket
        .dump(listFilters({ ifindex: index, direction }))
        .flatMap((message) => parseBpfFilter(message) ?? [])
        .map(({ priority }) => ({ direction, priority })),
    );
  const ours = filters().filter(({ priority }) => FILTER_PRIORITIES.includes(priority));
  if (ours.length === 0) return;
  for (const { direction, priority } of ours) {
    gone(socket, deleteFilters({ ifindex: index, direction }, priority));
  }
  if (filters().length === 0) gone(socket, deleteClsact(index));
}

/** Whoever was quicker is as good. */
function gone(socket: RtSocket, request: Request): void {
  const [reply] = socket.attempt(request);
  if (reply instanceof KernelError && !['ENOENT', 'ENODEV', 'ESRCH'].includes(reply.code)) throw reply;
}
