/**
 * What connects the nodes: a bridge in a network namespace of its own, one veth per node, and a namespace
 * `outside` beyond it, which stands for the world: it knows the nodes and none of the pods. There is no uplink.
 */
import { Cidr, type Ip } from '../../ip/index.ts';
import {
  addAddress,
  addRoute,
  createBridge,
  createVeth,
  getLink,
  type Netns,
  parseLink,
  RtSocket,
  setLink,
  setNeighbour,
  setSysctls,
} from '../../kernel/index.ts';
import { FABRIC_CIDRS, OUTSIDE_CIDRS } from '../../scenario/index.ts';

const BRIDGE = 'br0';
const MTU = 1500;
const GATEWAY = 1;
const OUTSIDE = 2;
const FIRST_NODE = 256;

/** Both families' address number `n` of the fabric. */
function fabricIps(n: number): Ip[] {
  return FABRIC_CIDRS.map((text) => Cidr.parseExact(text).address(n));
}

/** Hardware address that belongs to an address of the fabric: locally administered, derived, so never asked for. */
function macOf(ip: Ip): Uint8Array {
  return Uint8Array.of(0x02, 0xcb, ...ip.bytes().slice(-4));
}

/** Addresses of node number `index`, counted from 0. */
export function nodeIps(index: number): string[] {
  return fabricIps(FIRST_NODE + index).map(String);
}

/** Where a node's default routes lead, by family. */
export function outsideIps(): { readonly ipv4: string; readonly ipv6: string } {
  const [ipv4, ipv6] = fabricIps(OUTSIDE).map(String);
  return { ipv4: ipv4!, ipv6: ipv6! };
}

export const gatewayIps = (): string[] => fabricIps(GATEWAY).map(String);

/** Makes the bridge, which also carries the address under which the API is reached from the nodes. */
export function makeBridge(fabric: Netns): void {
  using socket = RtSocket.open(fabric);
  socket.request(createBridge({ name: BRIDGE, up: true, mtu: MTU, mac: macOf(fabricIps(GATEWAY)[0]!) }));
  const { index } = parseLink(socket.request(getLink({ name: BRIDGE }))[0]![0]!);
  socket.request(...addresses(index, fabricIps(GATEWAY)));
}

/** Plugs a namespace into the bridge as `eth0`. Returns the index of that link. */
function plug(fabric: Netns, member: Netns, port: string, ips: readonly Ip[]): number {
  // Nobody else has these addresses, and one that is still being asked for is not usable for a second.
  setSysctls(member, { 'ipv6/conf/all/accept_dad': 0, 'ipv6/conf/default/accept_dad': 0 });
  using onFabric = RtSocket.open(fabric);
  using inside = RtSocket.open(member);
  const bridge = parseLink(onFabric.request(getLink({ name: BRIDGE }))[0]![0]!).index;
  onFabric.request(
    createVeth(
      { name: port, up: true, mtu: MTU, master: bridge },
      { name: 'eth0', mac: macOf(ips[0]!), mtu: MTU, netnsFd: member.fd },
    ),
  );
  const { index } = parseLink(inside.request(getLink({ name: 'eth0' }))[0]![0]!);
  inside.request(setLink(index, { up: true }), ...addresses(index, ips));
  return index;
}

function addresses(index: number, ips: readonly Ip[]) {
  return ips.map((ip, i) =>
    addAddress({ index, address: ip.bytes(), prefixLength: Cidr.parseExact(FABRIC_CIDRS[i]!).prefix }),
  );
}

/** The world beyond the nodes. It answers on addresses of its own and has no route to any pod. */
export function makeOutside(fabric: Netns, outside: Netns): void {
  plug(fabric, outside, 'outside', fabricIps(OUTSIDE));
  using socket = RtSocket.open(outside);
  const { index } = parseLink(socket.request(getLink({ name: 'lo' }))[0]![0]!);
  socket.request(
    ...OUTSIDE_CIDRS.map((text) => {
      const ip = Cidr.parseExact(text).address(1);
      return addAddress({ index, address: ip.bytes(), prefixLength: ip.bytes().length * 8 });
    }),
  );
}

/**
 * Plugs a node in: address, default route to `outside`, and permanent neighbours for all others, since the
 * kernel's neighbour table is one for all namespaces of the machine and permanent entries do not count in it.
 */
export function plugNode(fabric: Netns, node: Netns, index: number, nodes: number): void {
  const own = fabricIps(FIRST_NODE + index);
  const link = plug(fabric, node, `n${index + 1}`, own);
  const others = [GATEWAY, OUTSIDE, ...Array.from({ length: nodes }, (_, i) => FIRST_NODE + i)];
  using socket = RtSocket.open(node);
  socket.request(
    ...fabricIps(OUTSIDE).map((ip) =>
      addRoute({ family: ip.family === 'ipv4' ? 4 : 6, gateway: ip.bytes(), index: link }),
    ),
    ...others
      .filter((n) => n !== FIRST_NODE + index)
      .flatMap((n) => {
        const ips = fabricIps(n);
        const mac = macOf(ips[0]!);
        return ips.map((ip) => setNeighbour({ index: link, address: ip.bytes(), mac }));
      }),
  );
}
