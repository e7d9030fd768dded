import { expect, test } from 'vitest';
import { Cidr, Ip } from '../ip/index.ts';
import { podMtu, remotesOf } from './index.ts';

const node = {
  podCidrs: [Cidr.parseExact('10.20.1.0/24'), Cidr.parseExact('fd00:20:0:1::/64')],
  addresses: [Ip.parse('172.30.0.1'), Ip.parse('fd00:30::1')],
};
const show = (remotes: ReturnType<typeof remotesOf>) =>
  remotes.map(({ cidr, nexthop }) => `${cidr} ${nexthop}`);

test('direct routes lead to the address of their own family', () => {
  expect(show(remotesOf(node, 'direct'))).toEqual([
    '172.30.0.1/32 172.30.0.1',
    'fd00:30::1/128 fd00:30::1',
    '10.20.1.0/24 172.30.0.1',
    'fd00:20:0:1::/64 fd00:30::1',
  ]);
  expect(show(remotesOf({ ...node, addresses: node.addresses.slice(0, 1) }, 'direct'))).toEqual([
    '172.30.0.1/32 172.30.0.1',
    '10.20.1.0/24 172.30.0.1',
  ]);
});

test('an overlay has one underlay for both families', () => {
  expect(show(remotesOf(node, 'vxlan'))).toEqual([
    '172.30.0.1/32 172.30.0.1',
    'fd00:30::1/128 172.30.0.1',
    '10.20.1.0/24 172.30.0.1',
    'fd00:20:0:1::/64 172.30.0.1',
  ]);
  expect(remotesOf({ ...node, addresses: [] }, 'vxlan')).toEqual([]);
});

test('the overlay costs its headers', () => {
  expect(podMtu(1500, 'direct', 'ipv4')).toBe(1500);
  expect(podMtu(1500, 'vxlan', 'ipv4')).toBe(1450);
  expect(podMtu(1500, 'vxlan', 'ipv6')).toBe(1430);
});
