/** Routes: include/uapi/linux/rtnetlink.h, rtnetlink(7). */
import { AF_INET, AF_INET6 } from '../libc.ts';
import {
  attribute,
  attributes,
  type Message,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  type Request,
  u32,
} from './message.ts';

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_TABLE = 15;
const RTPROT_BOOT = 3;
const RTN_UNICAST = 1;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RT_TABLE_MAIN = 254;
const RTNH_F_ONLINK = 4;

/** A unicast route of the main table. Addresses are 4 or 16 bytes. */
export interface Route {
  readonly family: 4 | 6;
  /** Undefined: the default route. */
  readonly destination?: { readonly address: Uint8Array; readonly prefixLength: number };
  /** Undefined: the destination is on the link itself. */
  readonly gateway?: Uint8Array;
  /** Index of the link. */
  readonly index: number;
  /** Source address that the node's own traffic takes. */
  readonly source?: Uint8Array;
  /** Of routes to one destination that with the lowest is taken; left out: 0 for IPv4, 1024 for IPv6. */
  readonly metric?: number;
  /** The gateway is on the link although no address says so. */
  readonly onlink?: boolean;
}

function body(route: Route): Buffer {
  const bytes = Buffer.alloc(12);
  bytes[0] = route.family === 4 ? AF_INET : AF_INET6;
  bytes[1] = route.destination?.prefixLength ?? 0;
  bytes[4] = RT_TABLE_MAIN;
  bytes[5] = RTPROT_BOOT;
  bytes[6] = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  bytes[7] = RTN_UNICAST;
  bytes.writeUInt32LE(route.onlink ? RTNH_F_ONLINK : 0, 8);
  const parts: Buffer[] = [bytes];
  if (route.destination) parts.push(attribute(RTA_DST, route.destination.address));
  if (route.gateway) parts.push(attribute(RTA_GATEWAY, route.gateway));
  if (route.source) parts.push(attribute(RTA_PREFSRC, route.source));
  if (route.metric !== undefined) parts.push(u32(RTA_PRIORITY, route.metric));
  parts.push(u32(RTA_OIF, route.index));
  return Buffer.concat(parts);
}

/** Adds a route; EEXIST when there is one to the same destination. */
export function addRoute(route: Route): Request {
  return {
    type: RTM_NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: body(route),
    operation: `add ${label(route)}`,
  };
}

/** Adds a route or puts it in the place of the one to the same destination. */
export function replaceRoute(route: Route): Request {
  return {
    type: RTM_NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    body: body(route),
    operation: `set ${label(route)}`,
  };
}

export function deleteRoute(route: Route): Request {
  return { type: RTM_DELROUTE, flags: 0, body: body(route), operation: `delete ${label(route)}` };
}

/** All routes of the namespace, for {@link RtSocket.dump}; every table is among them. */
export function listRoutes(family: 4 | 6): Request {
  const bytes = Buffer.alloc(12);
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  return { type: RTM_GETROUTE, flags: 0, body: bytes, operation: 'list routes' };
}

/** A route as the kernel reports it. Table 254 is main, 255 local. */
export interface ReportedRoute {
  readonly family: 4 | 6;
  readonly table: number;
  readonly type: number;
  readonly prefixLength: number;
  readonly destination: Buffer | undefined;
  readonly gateway: Buffer | undefined;
  readonly index: number | undefined;
}

export function parseRoute(message: Message): ReportedRoute {
  const found = attributes(message.body, 12);
  return {
    family: message.body[0] === AF_INET ? 4 : 6,
    prefixLength: message.body[1] ?? 0,
    table: found.get(RTA_TABLE)?.readUInt32LE(0) ?? message.body[4] ?? 0,
    type: message.body[7] ?? 0,
    destination: found.get(RTA_DST),
    gateway: found.get(RTA_GATEWAY),
    index: found.get(RTA_OIF)?.readUInt32LE(0),
  };
}

function label(route: Route): string {
  const { destination } = route;
  const target = destination
    ? `${Buffer.from(destination.address).toString('hex')}/${destination.prefixLength}`
    : 'default';
  return `IPv${route.family} route ${target} on link ${route.index}`;
}
