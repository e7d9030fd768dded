import { expect, test } from 'vitest';
import { addressesOf, roomFor } from './capacity.ts';
import { type LabFields, labSpec } from './lab-spec.ts';
import type { ChurnPhase } from './spec.ts';

const addresses = (fields: LabFields, on?: readonly string[]) => addressesOf(labSpec(fields), on);

test('one CIDR a node: of the nodes that there are, or of those that are meant', () => {
  const lab = { nodes: 3, ipam: { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }] } };
  expect(addresses(lab)).toBe(3 * 254);
  expect(addresses(lab, ['n2'])).toBe(254);
  expect(addresses({ ...lab, network: 'bridge' })).toBe(3 * 253);
});

test('a node beyond the last CIDR has no addresses', () => {
  expect(addresses({ nodes: 3, ipam: { pools: [{ cidrs: ['10.20.0.0/23'], nodeMask: 24 }] } })).toBe(2 * 254);
});

test('the scarcer family counts', () => {
  const pools = [
    { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
    { cidrs: ['fd00:20::/112'], nodeMask: 124 },
  ];
  expect(addresses({ nodes: 2, ipam: { pools } })).toBe(2 * 15);
});

test('several pools: all of them, on whatever node', () => {
  const pools = [
    { name: 'default', cidrs: ['10.30.0.0/26'], nodeMask: 28 },
    { name: 'large', cidrs: ['10.31.0.0/24'], nodeMask: 25 },
  ];
  expect(addresses({ nodes: 1, ipam: { mode: 'multi-pool', pools } })).toBe(4 * 14 + 2 * 126);
});

test('ClusterCIDRs: each node has what selects it', () => {
  const nodeSelector = { 'topology.kubernetes.io/zone': 'z1' };
  const pools = [
    { name: 'one', cidrs: ['10.30.0.0/24'], nodeMask: 27, nodeSelector },
    { name: 'rest', cidrs: ['10.40.0.0/24'], nodeMask: 28 },
  ];
  const lab: LabFields = { nodes: 3, zones: 2, ipam: { mode: 'multi-range', pools } };
  expect(addresses(lab)).toBe(30 + 14 + 30);
  expect(addresses(lab, ['n2', 'n3'])).toBe(14 + 30);
});

test('room for hollow nodes and for Services, with ports and without', () => {
  const lab = labSpec({
    nodes: 2,
    serviceCidrs: ['10.96.0.0/28'],
    nodePorts: '30000-30007',
    ipam: { pools: [{ cidrs: ['10.20.0.0/20'], nodeMask: 24 }] },
  });
  const room = (phase: object) => roomFor(lab, phase as ChurnPhase);
  expect(room({ subject: 'node' })).toBe(14);
  expect(room({ subject: 'service', type: 'ClusterIP' })).toBe(14);
  expect(room({ subject: 'service', type: 'NodePort' })).toBe(8);
});
