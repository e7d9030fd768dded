/** What is really there of an attachment, for CHECK and for an ADD that comes again. */
import type { Ip } from '../ip/index.ts';
import {
  getLink,
  type Link,
  listAddresses,
  type Netns,
  parseAddress,
  parseLink,
  RtSocket,
} from '../kernel/index.ts';

/** The host-side end of an attachment, if it is there. */
export function hostLink(node: RtSocket, name: string): Link | undefined {
  const [reply] = node.attempt(getLink({ name }));
  return Array.isArray(reply) ? parseLink(reply[0]!) : undefined;
}

/** What is missing inside the pod; empty when all is as ADD left it. */
export function podProblems(pod: Netns, ifname: string, ips: readonly Ip[]): string[] {
  using socket = RtSocket.open(pod);
  const [reply] = socket.attempt(getLink({ name: ifname }));
  if (!Array.isArray(reply)) return [`interface ${ifname} is gone`];
  const { index } = parseLink(reply[0]!);
  const there = new Set(
    socket
      .dump(listAddresses())
      .map(parseAddress)
      .filter((entry) => entry.index === index)
      .map((entry) => Buffer.from(entry.address).toString('hex')),
  );
  return ips
    .filter((ip) => !there.has(Buffer.from(ip.bytes()).toString('hex')))
    .map((ip) => `interface ${ifname} has lost the address ${ip}`);
}
