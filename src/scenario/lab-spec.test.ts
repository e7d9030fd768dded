import { describe, expect, test } from 'vitest';
import { labSpec } from './lab-spec.ts';

test('nothing said: four nodes with a /24 each', () => {
  expect(labSpec()).toEqual({
    nodes: 4,
    network: 'churnlab',
    routing: 'direct',
    services: 'none',
    serviceCidrs: ['10.96.0.0/16', 'fd00:10:96::/112'],
    nodePorts: { first: 30_000, last: 32_767 },
    ipFamily: 'ipv4',
    ipam: {
      mode: 'cluster-pool',
      cooldown: 30e9,
      wait: 0,
      preAllocate: 8,
      store: 'log',
      queue: 'rate-limited',
      provider: { latency: 50e6, rate: 20, burst: 10 },
      allowExhaustion: false,
      pools: [{ name: 'default', cidrs: ['10.20.0.0/16'], nodeMask: 24 }],
    },
  });
});

test('pools follow the family, and the family the pools', () => {
  expect(labSpec({ ipFamily: 'dual' }).ipam.pools.map(({ nodeMask }) => nodeMask)).toEqual([24, 112]);
  expect(labSpec({ ipFamily: 'ipv6' }).ipam.pools).toMatchObject([
    { cidrs: ['fd00:20::/104'], nodeMask: 112 },
  ]);
  expect(labSpec({ ipam: { pools: [{ cidrs: ['fd00::/104'], nodeMask: 112 }] } }).ipFamily).toBe('ipv6');
});

test('host bits are cleared', () => {
  const { ipam } = labSpec({
    ipam: { pools: [{ cidrs: ['10.20.30.40/24', '50.60.70.80/24'], nodeMask: 26 }] },
  });
  expect(ipam.pools[0]?.cidrs).toEqual(['10.20.30.0/24', '50.60.70.0/24']);
});

describe('all that is wrong, with the field', () => {
  test('by the schema', () => {
    expect(() => labSpec({ nodes: 0, network: 'brigde' as never })).toThrow(
      'lab.nodes: expected a whole number from 1 to 100,000, got 0 (a number)\n' +
        'lab.network: expected one of `churnlab`, `bridge`, `ptp`, `flannel`, `macvlan`, `chain`, `cni:FILE`, `helm:CHART` or `manifest:PATH`, got "brigde" (did you mean `bridge`?)',
    );
  });

  test('and beyond it', () => {
    expect(() =>
      labSpec({ ipam: { pools: [{ cidrs: ['10.20.0.0/16', '10.20.1.0/24'], nodeMask: 24 }] } }),
    ).toThrow(
      'lab.ipam.pools.0.cidrs.1: expected CIDRs that do not overlap, got `10.20.1.0/24` and `10.20.0.0/16`',
    );
  });
});
