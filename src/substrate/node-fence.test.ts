import { expect, test } from 'vitest';
import { labSpec } from '../scenario/index.ts';
import { nodeFenceRules } from './node-fence.ts';

test('a node refuses pods and Services that are not there, of the families that it has a router for', () => {
  const spec = labSpec({ ipFamily: 'dual' });
  const rules = nodeFenceRules(spec, { ipv4: '172.29.0.1' });
  const rule =
    'rt ip nexthop 172.29.0.1 ip daddr { 10.20.0.0/16, 10.96.0.0/16 } counter reject with icmpx admin-prohibited';
  expect(rules.split('\n').filter((line) => line.includes('reject'))).toEqual([`    ${rule}`, `    ${rule}`]);
  expect(nodeFenceRules(spec, { ipv4: '172.29.0.1', ipv6: 'fd31::1' })).toContain(
    'rt ip6 nexthop fd31::1 ip6 daddr { fd00:20::/104, fd00:10:96::/112 }',
  );
});
