import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cidr, Ip } from '../../ip/index.ts';
import {
  addAddress,
  createBridge,
  createVeth,
  getLink,
  Netns,
  parseLink,
  RtSocket,
  setLink,
} from '../../kernel/index.ts';
import { NodeSetup, type NodeSetupSpec } from './node-setup.ts';

const POD_CIDRS = [Cidr.parseExact('10.20.1.0/24'), Cidr.parseExact('fd00:20:0:1::/64')];
const CLUSTER_CIDRS = [Cidr.parseExact('10.20.0.0/16'), Cidr.parseExact('fd00:20::/48')];

let netns: Netns;
let socket: RtSocket;
let spec: NodeSetupSpec;

const sh = (command: string): string =>
  netns.run(() => execFileSync('sh', ['-ec', command], { encoding: 'utf8' }));
const index = (name: string): number => parseLink(socket.request(getLink({ name }))[0]![0]!).index;

beforeEach(() => {
  netns = Netns.create();
  socket = RtSocket.open(netns);
  socket.request(createVeth({ name: 'eth0', mtu: 1400 }, { name: 'fabric' }), setLink(1, { up: true }));
  for (const name of ['eth0', 'fabric'])
    socket.request(setLink(index(name), { noLinkLocal: true, up: true }));
  const addresses = [Ip.parse('172.30.0.1'), Ip.parse('fd00:30::1')];
  for (const address of addresses) {
    const prefixLength = address.family === 'ipv4' ? 24 : 64;
    socket.request(addAddress({ index: index('eth0'), address: address.bytes(), prefixLength }));
  }
  spec = { netns, uplinkIndex: index('eth0'), routing: 'vxlan', nodeAddresses: addresses, vxlanPort: 8472 };
});

afterEach(() => {
  socket[Symbol.dispose]();
  netns[Symbol.dispose]();
});

test('a node that is set up twice has everything once', () => {
  const cidrs = { podCidrs: POD_CIDRS, clusterCidrs: CLUSTER_CIDRS, masquerade: true };
  const seen = [1, 2].map(() => {
    using node = new NodeSetup(spec);
    node.configure(cidrs);
    const { pods, overlay, podMtu } = node.links;
    return {
      indices: [pods.index, overlay?.index],
      podMtu,
      text: sh('ip -o link | cut -d : -f 1,2; ip route; ip -6 route; nft list ruleset'),
    };
  });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]!.podMtu).toBe(1350);
  expect(sh('cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/churnlab1/forwarding')).toBe('1\n0\n');
});

test('the overlay goes when the routing is direct, and pods get the whole MTU', () => {
  using overlay = new NodeSetup(spec);
  expect(overlay.links.overlay?.kind).toBe('vxlan');
  using direct = new NodeSetup({ ...spec, routing: 'direct' });
  expect(direct.links).toMatchObject({ overlay: undefined, podMtu: 1400 });
  expect(sh('ip -br link')).not.toContain('churnlab_vxlan');
});

test('routes of prefixes that a node no longer has are removed', () => {
  using node = new NodeSetup({ ...spec, routing: 'direct' });
  const rest = { clusterCidrs: CLUSTER_CIDRS, masquerade: true };
  node.configure({ podCidrs: [...POD_CIDRS, Cidr.parseExact('10.50.0.0/24')], ...rest });
  expect(sh('ip route')).toContain('10.50.0.0/24 via 169.254.1.1 dev churnlab0 src 172.30.0.1 onlink');
  node.configure({ podCidrs: POD_CIDRS.slice(0, 1), ...rest });
  expect(sh('ip route; ip -6 route')).not.toMatch(/10\.50|fd00:20/);
  expect(sh('ip route')).toContain('10.20.1.0/24 via 169.254.1.1 dev churnlab0 src 172.30.0.1 onlink');
});

test('a route to another node follows its next hop, and can be taken away twice', () => {
  using node = new NodeSetup({ ...spec, routing: 'direct' });
  const cidr = Cidr.parseExact('10.20.2.0/24');
  node.setRemote(cidr, Ip.parse('172.30.0.2'));
  node.setRemote(cidr, Ip.parse('172.30.0.3'));
  expect(sh('ip route')).toContain('10.20.2.0/24 via 172.30.0.3 dev eth0 src 172.30.0.1 onlink');
  for (const _ of [1, 2]) node.deleteRemote(cidr, Ip.parse('172.30.0.3'));
  expect(sh('ip route')).not.toContain('10.20.2.0/24');
  node.setNeighbour(Ip.parse('172.30.0.2'), Uint8Array.of(2, 0, 0, 0, 0, 9));
  expect(sh('ip neighbour')).toContain('172.30.0.2 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT');
});

test('what is in the way is named', () => {
  expect(() => new NodeSetup({ ...spec, uplinkIndex: 9999 })).toThrow(
    'Expected an uplink with index 9999, got none',
  );
  socket.request(createBridge({ name: 'churnlab_vxlan' }));
  expect(() => new NodeSetup(spec)).toThrow('Expected link churnlab_vxlan to be a vxlan, got bridge');
});
