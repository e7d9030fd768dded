import { expect, it } from 'vitest';
import { labSpec } from '../../../scenario/index.ts';
import { clusterCidrs } from './cluster-cidrs.ts';

it('should make an object of each name, with both families, and more where a pool has more CIDRs', () => {
  const nodeSelector = { zone: 'z1', disk: 'fast' };
  const { ipam } = labSpec({
    ipam: {
      mode: 'multi-range',
      pools: [
        { cidrs: ['10.20.0.0/16', '10.21.0.0/16'], nodeMask: 24 },
        { cidrs: ['fd00:20::/112'], nodeMask: 120 },
        { name: 'small', cidrs: ['10.30.0.0/24'], nodeMask: 28, nodeSelector },
        { name: 'small', cidrs: ['fd00:30::/120'], nodeMask: 124, nodeSelector },
      ],
    },
  });
  const matchExpressions = [
    { key: 'zone', operator: 'In', values: ['z1'] },
    { key: 'disk', operator: 'In', values: ['fast'] },
  ];
  expect(clusterCidrs(ipam.pools).map(({ metadata, spec }) => ({ name: metadata.name, ...spec }))).toEqual([
    { name: 'default', perNodeHostBits: 8, ipv4: '10.20.0.0/16', ipv6: 'fd00:20::/112' },
    { name: 'default-2', perNodeHostBits: 8, ipv4: '10.21.0.0/16' },
    {
      name: 'small',
      perNodeHostBits: 4,
      ipv4: '10.30.0.0/24',
      ipv6: 'fd00:30::/120',
      nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] },
    },
  ]);
});
