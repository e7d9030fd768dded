import { expect, onTestFinished, test, vi } from 'vitest';
import { NODE_NETWORKS, NODES, type Node, type NodeNetwork } from '../kube/index.ts';
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
