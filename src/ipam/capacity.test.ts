import { describe, expect, it } from 'vitest';
import { type CapacityQuestion, capacityOf, planCapacity } from './capacity.ts';
import { type ClusterPoolConfig, readClusterPoolConfig } from './cluster-pool/cluster-pool-config.ts';

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

function plan(
  mode: CapacityQuestion['mode'],
  config: ClusterPoolConfig,
  rest: Partial<CapacityQuestion> = {},
) {
  return planCapacity({ mode, families: readClusterPoolConfig(config).families, ...rest });
}

describe('planCapacity', () => {
  const small = { ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 } };

  it('should say what is lost where', () => {
    const { families, ...all } = plan('cluster-pool', small, { podsPerNode: 110n, keptBack: 1n });
    expect(all).toEqual({ nodes: 256n, podsPerNode: 110n, pods: 28_160n });
    expect(families).toEqual([
      {
        family: 'ipv4',
        nodes: 256n,
        perNode: 253n,
        addresses: 65_536n,
        lostToPieces: 768n,
        lostToOtherFamily: 0n,
        lostToRounding: 36_608n,
      },
    ]);
  });

  it('should take the family with less room, and account for every address of both', () => {
    const dual = {
      ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 },
      ipv6: { cidrs: ['fd00::/115'], maskSize: 120 },
    };
    const { nodes, pods, families } = plan('range', dual);
    expect([nodes, pods]).toEqual([32n, 32n * 254n]);
    for (const { addresses, lostToPieces, lostToOtherFamily, lostToRounding } of families) {
      expect(lostToPieces + lostToOtherFamily + lostToRounding + pods).toBe(addresses);
    }
  });

  it('should give no more pods to a node than its piece holds', () => {
    expect(plan('cluster-pool', small, { podsPerNode: 500n }).podsPerNode).toBe(254n);
  });

  it.each([
    ['range', { ipv4: { cidrs: ['10.0.0.0/8'], maskSize: 25 } }, 131_072n],
    ['multi-range', { ipv4: { cidrs: ['10.0.0.0/8'], maskSize: 25 } }, 131_072n],
    ['cluster-pool', { ipv6: { cidrs: ['fd00::/40'], maskSize: 64 } }, 16_777_216n],
    ['kcm', { ipv6: { cidrs: ['fd00::/48'], maskSize: 64 } }, 65_536n],
  ] as const)('should let %s have %o: %i nodes', (mode, config, nodes) => {
    expect(plan(mode, config).nodes).toBe(nodes);
  });

  it.each([
    [
      'kcm',
      { ipv6: { cidrs: ['fd00::/40'], maskSize: 64 } },
      'New CIDR set failed; the node CIDR size is too big',
    ],
    [
      'range',
      { ipv4: { cidrs: ['10.0.0.0/16', '10.1.0.0/16'], maskSize: 24 } },
      'Expected one ipv4 CIDR, got',
    ],
    [
      'multi-range',
      { ipv6: { cidrs: ['fd00::/40'], maskSize: 64 } },
      'PerNodeMaskSize 64 is too big for CIDR Mask 40',
    ],
    [
      'multi-range',
      { ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 30 } },
      'Expected perNodeHostBits from 4 to 16',
    ],
    [
      'multi-range',
      { ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 }, ipv6: { cidrs: ['fd00::/56'], maskSize: 64 } },
      'Expected the same perNodeHostBits in both families, got 8 and 64',
    ],
  ] as const)('should refuse for %s what its rules forbid: %o', (mode, config, problem) => {
    expect(() => plan(mode, config)).toThrow(problem);
  });
});
