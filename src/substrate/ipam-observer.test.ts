import { expect, onTestFinished, test, vi } from 'vitest';
import { CLUSTER_CIDRS, IP_POOLS, NODE_NETWORKS, NODES, type Node, type NodeNetwork } from '../kube/index.ts';
import { ApiServer } from '../kube/server/index.ts';
import { labSpec } from '../scenario/index.ts';
import { IpamObserver } from './ipam-observer.ts';

const spec = labSpec({ ipam: { pools: [{ cidrs: ['10.20.0.0/24'], nodeMask: 28 }] } });

test('sees nodes join and leave', async () => {
  await using server = await ApiServer.start({ token: 'test' });
  const { client } = server;
  const observer = new IpamObserver(client, spec);
  onTestFinished(() => observer[Symbol.asyncDispose]());
  const pieces = async () => (await observer.view()).pools.map((pool) => pool.pieces.used);
  expect(await pieces()).toEqual([0]);
  await client.create<Node>(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  await client.create<NodeNetwork>(NODE_NETWORKS, {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'NodeNetwork',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.20.0.0/28'] },
  });
  await vi.waitFor(async () => expect(await pieces()).toEqual([1]));
  await client.delete(NODES, 'n1');
  await vi.waitFor(async () => expect(await pieces()).toEqual([0]));
});

test.each([
  {
    mode: 'multi-pool',
    resource: IP_POOLS,
    kind: 'IPPool',
    spec: {
      ipv4: { cidrs: ['10.30.0.0/24'], maskSize: 28 },
      ipv6: { cidrs: ['fd00:30::/104'], maskSize: 112 },
    },
  },
  {
    mode: 'multi-range',
    resource: CLUSTER_CIDRS,
    kind: 'ClusterCIDR',
    spec: { perNodeHostBits: 4, ipv4: '10.30.0.0/24', ipv6: 'fd00:30::/112' },
  },
] as const)('takes the pools of $mode from its objects', async ({ mode, resource, kind, spec: own }) => {
  await using server = await ApiServer.start({ token: 'test' });
  const { client } = server;
  await using observer = new IpamObserver(client, { ...spec, ipam: { ...spec.ipam, mode } });
  const pools = async () =>
    (await observer.view()).pools.map(({ pool, cidr, nodeMask }) => `${pool} ${cidr} /${nodeMask}`);
  expect(await pools()).toEqual([]);
  await client.create(resource, {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind,
    metadata: { name: 'small' },
    spec: own,
  });
  const six = mode === 'multi-pool' ? 'small fd00:30::/104 /112' : 'small fd00:30::/112 /124';
  await vi.waitFor(async () => expect(await pools()).toEqual(['small 10.30.0.0/24 /28', six]));
});
