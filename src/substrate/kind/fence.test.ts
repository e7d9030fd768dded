import { expect, test } from 'vitest';
import { fenceRules } from './fence.ts';

test('the fence counts and drops what is addressed to the bridge as a router, and not to the machine', () => {
  expect(fenceRules('churnlab-1a2b', 'clb-1a2b', '02:42:00:00:00:01')).toContain(
    'iifname "clb-1a2b" ether daddr 02:42:00:00:00:01 fib daddr type unicast counter name "left" drop',
  );
});
