/** What is really there of an attachment, for CHECK and for an ADD that comes again. */
import type { CniResult } from '../cni/index.ts';
import { GATEWAY } from '../datapath/index.ts';
import { Ip } from '../ip/index.ts';
import {
  getLink,
  IFF_UP,
  type Link,
  listAddresses,
  listRoutes,
  type Netns,
  parseAddress,
  parseLink,
  parseRoute,
  RtSocket,
} from '../kernel/index.ts';

/** The host-side end of an attachment, if it is there. */
export function hostLink(node: RtSocket, name: string): Link | undefined {
  const [reply] = node.attempt(getLink({ name }));
  return Array.isArray(reply) ? parseLink(reply[0]!) : undefined;
}

/** What is missing inside the pod; empty when all is as ADD left it. What others added does not matter. */
export function podProblems(pod: Netns, ifname: string, ips: readonly Ip[]): string[] {
  using socket = RtSocket.open(pod);
  const [reply] = socket.attempt(getLink({ name: ifname }));
  if (!Array.isArray(reply)) return [`interface ${ifname} is gone`];
  const { index, flags } = parseLink(reply[0]!);
  if ((flags & IFF_UP) === 0) return [`interface ${ifname} is down`];
  const there = new Set(
    socket
      .dump(listAddresses())
      .map(parseAddress)
      .filter((entry) => entry.index === index)
      .map((entry) => hex(entry.address)),
  );
  const lost = ips
    .filter((ip) => !there.has(hex(ip.bytes())))
    .map((ip) => `interface ${ifname} has lost the address ${ip}`);
  return [...lost, ...routeProblems(socket, ifname, index, ips)];
}

/** The way out: the gateway on the link, and the default route. */
function routeProblems(socket: RtSocket, ifname: string, index: number, ips: readonly Ip[]): string[] {
  return [...new Set(ips.map(({ family }) => family))].flatMap((family) => {
    const there = socket
      .dump(listRoutes(family === 'ipv4' ? 4 : 6))
      .map(parseRoute)
      .filter((route) => route.index === index)
      .map(({ destination }) => (destination ? hex(destination) : 'default'));
    const gateway = GATEWAY[family];
    return [
      ...(there.includes(hex(gateway.bytes()))
        ? []
        : [`interface ${ifname} has lost the route to ${gateway}`]),
      ...(there.includes('default') ? [] : [`interface ${ifname} has lost the ${family} default route`]),
    ];
  });
}

/**
 * What a runtime believes of an attachment (SPEC.md, "CHECK": the expected interfaces and addresses are those of
 * prevResult): addresses that must be there, and whether it is of another namespace altogether.
 */
export function expectedBy(
  { interfaces, ips }: CniResult,
  ifname: string,
  netns: string,
): { readonly ips: readonly Ip[]; readonly problems: readonly string[] } {
  const own = (index = -1): boolean =>
    interfaces[index]?.name === ifname && interfaces[index].sandbox === netns;
  const others = interfaces.filter(
    ({ name, sandbox }) => name === ifname && sandbox !== undefined && sandbox !== netns,
  );
  return {
    ips: ips
      .filter((ip) => own(ip.interface))
      .map(({ address }) => Ip.parse(address.slice(0, address.indexOf('/')))),
    problems: others.map(({ sandbox }) => `prevResult has ${ifname} in ${sandbox}, CNI_NETNS is ${netns}`),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
