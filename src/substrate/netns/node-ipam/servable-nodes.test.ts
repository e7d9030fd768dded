import { expect, it } from 'vitest';
import { type LabFields, labSpec } from '../../../scenario/index.ts';
import { servableNodes } from './servable-nodes.ts';

const FOUR = { cidrs: ['10.20.0.0/24'], nodeMask: 26 };
const TWO_OF_IPV6 = { cidrs: ['fd00:20::/111'], nodeMask: 112 };
const nodeSelector = { 'topology.kubernetes.io/zone': 'z1' };

it.each<[string, LabFields, number]>([
  ['all nodes, when there is enough', { nodes: 3, ipam: { pools: [FOUR] } }, 3],
  ['as many as the family with fewer pieces has', { nodes: 5, ipam: { pools: [FOUR, TWO_OF_IPV6] } }, 2],
  [
    'as many as the quota allows',
    { nodes: 5, ipam: { mode: 'cloud', pools: [FOUR], provider: { quota: 3 } } },
    3,
  ],
  ['all, where a node needs none', { nodes: 9, ipam: { mode: 'multi-pool', pools: [FOUR] } }, 9],
  [
    'those of a zone that has a pool, as many as it holds',
    { nodes: 20, zones: 2, ipam: { mode: 'multi-range', pools: [{ ...FOUR, name: 'z1', nodeSelector }] } },
    4,
  ],
])('should be %s', (_what, fields, count) => {
  expect(servableNodes(labSpec(fields))).toBe(count);
});
