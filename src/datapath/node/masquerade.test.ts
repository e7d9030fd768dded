import { expect, test } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { masqueradeScript } from './masquerade.ts';

const cidrs = (...texts: string[]) => texts.map((text) => Cidr.parseExact(text));

test('pods are masqueraded towards everything but pods, in each family that they have', () => {
  const script = masqueradeScript({
    podCidrs: cidrs('10.20.1.0/24', '10.50.1.0/24', 'fd00:20:0:1::/64'),
    clusterCidrs: cidrs('10.20.0.0/16', 'fd00:20::/48'),
  });
  expect(script).toBe(`table inet churnlab
delete table inet churnlab
table inet churnlab {
  chain pods-to-outside {
    type nat hook postrouting priority 100; policy accept;
    meta mark & 33554432 == 33554432 return
    ip saddr { 10.20.1.0/24, 10.50.1.0/24 } ip daddr != { 10.50.1.0/24, 10.20.0.0/16, 224.0.0.0/4 } masquerade fully-random
    ip6 saddr { fd00:20:0:1::/64 } ip6 daddr != { fd00:20::/48, ff00::/8 } masquerade fully-random
  }
}
`);
});

test('prefixes that lie inside others, or twice in the list, are named once', () => {
  const pods = cidrs('10.20.1.0/24', '10.20.1.0/24', '10.20.1.128/25');
  const script = masqueradeScript({ podCidrs: pods, clusterCidrs: pods });
  expect(script).toContain('ip saddr { 10.20.1.0/24 } ip daddr != { 10.20.1.0/24, 224.0.0.0/4 } masquerade');
});

test('without pods nothing is masqueraded', () => {
  expect(masqueradeScript({ podCidrs: [], clusterCidrs: cidrs('10.20.0.0/16') })).not.toContain('masquerade');
});
