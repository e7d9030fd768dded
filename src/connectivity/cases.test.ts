import { describe, expect, test } from 'vitest';
import { type Case, caseName, type Facts, inapplicable } from './case.ts';
import { CASES } from './cases/index.ts';
import type { Column } from './column.ts';
import { knownLimit } from './known-limits.ts';

const FACTS: Facts = {
  services: 'ebpf',
  network: 'churnlab',
  isBridged: false,
  nodes: 2,
  podFamilies: ['ipv4', 'ipv6'],
  serviceFamilies: ['ipv4'],
  bridgeNetfilter: true,
};
const IPV4: Column = { family: 'ipv4', protocol: 'tcp' };
const IPV6: Column = { family: 'ipv6', protocol: 'udp' };

const named = (name: string): Case => CASES.find((each) => caseName(each) === name)!;

test('each case has a name of its own', () => {
  const names = CASES.map((each) => caseName(each));
  expect(new Set(names).size).toBe(names.length);
});

describe('a case that cannot be asked says why', () => {
  const clusterIp = named('ClusterIP: pod > ClusterIP > same node');
  const headless = named('headless: pod > headless > both nodes');

  test('everything can, where everything is there', () => {
    expect(CASES.map((each) => inapplicable(each, FACTS, IPV4)).filter(Boolean)).toEqual([]);
  });

  test('without Services, or without those of a family', () => {
    expect(inapplicable(clusterIp, { ...FACTS, services: 'none' }, IPV4)).toContain('services: none');
    expect(inapplicable(headless, { ...FACTS, services: 'none' }, IPV4)).toBeUndefined();
    for (const each of [clusterIp, headless]) expect(inapplicable(each, FACTS, IPV6)).toContain('no ipv6');
    expect(inapplicable(named('pod IP: pod > pod IP > same node'), FACTS, IPV6)).toBeUndefined();
  });

  test('on one node, and by packets where all go by packets', () => {
    const onOne = CASES.filter((each) => !inapplicable(each, { ...FACTS, nodes: 1 }, IPV4));
    expect(onOne.map(({ backend }) => backend)).not.toContain('other node');
    const packets = named('ClusterIP: pod by packets > ClusterIP > same node');
    expect(inapplicable(packets, { ...FACTS, services: 'nftables' }, IPV4)).toContain('by packets');
  });
});

test.each([
  ['iptables-nft', IPV4, 'answers'],
  ['iptables-legacy', IPV6, 'nobody'],
  ['nftables', IPV4, 'nobody'],
  ['ebpf', IPV4, 'nobody'],
] as const)('node ports at loopback with %s, %o: %s', (services, column, kind) => {
  const each = named('NodePort: node > NodePort at loopback > same node');
  expect(each.expect({ ...FACTS, services }, column)).toMatchObject({ kind, why: expect.any(String) });
});

test('a bridge without br_netfilter is a known limit between pods of a node', () => {
  const near = named('ClusterIP: pod > ClusterIP > same node');
  const bridge: Facts = { ...FACTS, isBridged: true, services: 'nftables', bridgeNetfilter: false };
  expect(knownLimit(near, bridge)).toContain('br_netfilter');
  expect(knownLimit(near, { ...bridge, bridgeNetfilter: true })).toBeUndefined();
  expect(knownLimit(near, { ...bridge, isBridged: false })).toBeUndefined();
  expect(knownLimit(named('ClusterIP: pod > ClusterIP > other node'), bridge)).toBeUndefined();
});
