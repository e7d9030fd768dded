import { randomBytes } from 'node:crypto';
import {
  createVeth,
  createVxlan,
  deleteLink,
  getLink,
  KernelError,
  type Link,
  parseLink,
  type Request,
  type RtSocket,
  setLink,
} from '../../kernel/index.ts';
import { DatapathError } from '../errors.ts';
import type { Routing } from '../maps/config.ts';

/** The end that the node's routes to pods lead to, and its other end, which nothing ever reaches. */
export const POD_LINK = 'churnlab0';
export const POD_LINK_PEER = 'churnlab1';
export const OVERLAY_LINK = 'churnlab_vxlan';

export interface NodeLinksSpec {
  readonly uplinkIndex: number;
  readonly routing: Routing;
  /** UDP port of the overlay. */
  readonly vxlanPort: number;
  /** Bytes; called with the uplink once it is known. */
  readonly podMtu: (uplink: Link) => number;
}

export interface NodeLinks {
  readonly uplink: Link;
  readonly pods: Link;
  /** Undefined with direct routing. */
  readonly overlay: Link | undefined;
  readonly podMtu: number;
}

/**
 * Makes the node's own links, or brings those that are there into shape.
 * Throws KernelError, DatapathError `no-link` (no such uplink), `link-kind` (a name is taken by another link).
 */
export function setUpLinks(socket: RtSocket, spec: NodeLinksSpec): NodeLinks {
  const uplink = find(socket, { index: spec.uplinkIndex });
  if (!uplink)
    throw new DatapathError('no-link', `Expected an uplink with index ${spec.uplinkIndex}, got none`);
  const mtu = spec.podMtu(uplink);
  const pods = ensure(socket, POD_LINK, 'veth', mtu, () =>
    createVeth(
      { name: POD_LINK, mac: randomMac(), mtu, noArp: true },
      { name: POD_LINK_PEER, mac: randomMac(), mtu, noArp: true },
    ),
  );
  ensure(socket, POD_LINK_PEER, 'veth', mtu);
  return { uplink, pods, overlay: overlay(socket, spec, mtu), podMtu: mtu };
}

function overlay(socket: RtSocket, { routing, vxlanPort }: NodeLinksSpec, mtu: number): Link | undefined {
  if (routing === 'vxlan') {
    return ensure(socket, OVERLAY_LINK, 'vxlan', mtu, () =>
      createVxlan({ name: OVERLAY_LINK, mac: randomMac(), mtu, noArp: true, port: vxlanPort }),
    );
  }
  const left = find(socket, { name: OVERLAY_LINK });
  if (left) socket.request(deleteLink({ index: left.index }));
  return undefined;
}

function find(socket: RtSocket, which: { index: number } | { name: string }): Link | undefined {
  const [reply] = socket.attempt(getLink(which));
  if (!(reply instanceof KernelError)) return reply?.[0] && parseLink(reply[0]);
  if (reply.code === 'ENODEV') return undefined;
  throw reply;
}

/** An own link that is up, with this MTU and without an IPv6 address that nobody asked for. */
function ensure(socket: RtSocket, name: string, kind: string, mtu: number, create?: () => Request): Link {
  if (create && !find(socket, { name })) socket.request(create());
  const link = find(socket, { name });
  if (!link) throw new DatapathError('no-link', `Expected link ${name}, got none`);
  if (link.kind !== kind) {
    throw new DatapathError(
      'link-kind',
      `Expected link ${name} to be a ${kind}, got ${link.kind ?? 'another'}`,
    );
  }
  const { index } = link;
  socket.request(setLink(index, { noLinkLocal: true }), setLink(index, { mtu, up: true }));
  return find(socket, { index })!;
}

/** Locally administered, set at creation: udev would otherwise change it a moment later. */
function randomMac(): Buffer {
  const mac = randomBytes(6);
  mac[0] = (mac[0]! & 0xfc) | 0x02;
  return mac;
}
