import { expect, it } from 'vitest';
import { capacityOf } from './capacity.ts';
import { readClusterPoolConfig } from './cluster-pool-config.ts';

it.each([
  [
    'two /24 in pieces of 64',
    { ipv4: { cidrs: ['10.20.30.40/24', '50.60.70.80/24'], maskSize: 26 } },
    8n,
    62n,
  ],
  ['a /16 in pieces of 256', { ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 } }, 256n, 254n],
  ['IPv6, which has no broadcast address', { ipv6: { cidrs: ['fd00::/110'], maskSize: 112 } }, 4n, 65_535n],
])('should count what %s hold', (_what, config, nodes, perNode) => {
  const [pool] = readClusterPoolConfig(config).families;
  expect(capacityOf(pool!)).toEqual({ nodes, perNode });
});
