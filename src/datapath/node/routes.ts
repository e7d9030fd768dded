import { type Cidr, type Family, Ip } from '../../ip/index.ts';
import {
  deleteRoute,
  KernelError,
  listRoutes,
  parseRoute,
  type ReportedRoute,
  type Route,
  type RtSocket,
  replaceRoute,
  setNeighbour,
} from '../../kernel/index.ts';

const MAIN_TABLE = 254;

/**
 * What pods and the node's routes to pods have as their gateway. Nobody has these addresses: one neighbour entry
 * for all pods is their only purpose.
 */
export const GATEWAY: Readonly<Record<Family, Ip>> = {
  ipv4: Ip.parse('169.254.1.1'),
  ipv6: Ip.parse('fe80::1'),
};

const number = (family: Family): 4 | 6 => (family === 'ipv4' ? 4 : 6);
const destination = (cidr: Cidr) => ({ address: cidr.network.bytes(), prefixLength: cidr.prefix });

/** The node's own address in a family, which its processes show to pods. */
const sourceOf = (addresses: readonly Ip[], family: Family): { readonly source?: Uint8Array } => {
  const address = addresses.find((each) => each.family === family);
  return address ? { source: address.bytes() } : {};
};

/**
 * Makes the routes over churnlab0 exactly these: one per prefix, and none that an earlier configuration left.
 * Throws KernelError.
 */
export function setPodRoutes(
  socket: RtSocket,
  { index, mac }: { readonly index: number; readonly mac: Uint8Array },
  cidrs: readonly Cidr[],
  addresses: readonly Ip[],
): void {
  const wanted = new Map(cidrs.map((cidr) => [cidr.toString(), cidr]));
  for (const family of ['ipv4', 'ipv6'] as const) {
    const gateway = GATEWAY[family].bytes();
    const routes = socket.dump(listRoutes(number(family))).map(parseRoute);
    for (const route of routes) {
      const ours = route.table === MAIN_TABLE && route.index === index && route.gateway?.equals(gateway);
      if (!ours || wanted.has(label(route))) continue;
      socket.request(deleteRoute(podRoute(index, family, route)));
    }
  }
  for (const cidr of wanted.values()) {
    const gateway = GATEWAY[cidr.family].bytes();
    socket.request(
      setNeighbour({ index, address: gateway, mac }),
      replaceRoute({
        family: number(cidr.family),
        destination: destination(cidr),
        gateway,
        index,
        onlink: true,
        ...sourceOf(addresses, cidr.family),
      }),
    );
  }
}

const label = ({ family, destination: bytes, prefixLength }: ReportedRoute): string =>
  `${bytes ? Ip.fromBytes(bytes) : family === 4 ? '0.0.0.0' : '::'}/${prefixLength}`;

function podRoute(index: number, family: Family, { destination: bytes, prefixLength }: ReportedRoute): Route {
  return {
    family: number(family),
    gateway: GATEWAY[family].bytes(),
    index,
    ...(bytes ? { destination: { address: bytes, prefixLength } } : {}),
  };
}

/** A route to another node's prefix, through that node. */
export interface RemoteRoute {
  readonly cidr: Cidr;
  readonly nexthop: Ip;
  readonly uplinkIndex: number;
}

/** Throws KernelError. */
export function setRemoteRoute(
  socket: RtSocket,
  { cidr, nexthop, uplinkIndex }: RemoteRoute,
  addresses: readonly Ip[],
): void {
  socket.request(
    replaceRoute({
      family: number(cidr.family),
      destination: destination(cidr),
      gateway: nexthop.bytes(),
      index: uplinkIndex,
      onlink: true,
      ...sourceOf(addresses, cidr.family),
    }),
  );
}

/** Removes the route; none is there when the uplink or its route has gone before. Throws KernelError. */
export function deleteRemoteRoute(socket: RtSocket, { cidr, nexthop, uplinkIndex }: RemoteRoute): void {
  const [reply] = socket.attempt(
    deleteRoute({
      family: number(cidr.family),
      destination: destination(cidr),
      gateway: nexthop.bytes(),
      index: uplinkIndex,
    }),
  );
  if (reply instanceof KernelError && reply.code !== 'ESRCH' && reply.code !== 'ENODEV') throw reply;
}
