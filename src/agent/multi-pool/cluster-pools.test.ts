import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import {
  Informer,
  IP_POOLS,
  type IpPool,
  type KubeClient,
  NODE_NETWORKS,
  type NodeNetwork,
} from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import { ClusterPools } from './cluster-pools.ts';

let client: KubeClient;
let pools: ClusterPools;

beforeEach(async () => {
  const server = await ApiServer.start({ token: 'test' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  client = server.client;
  const ipPools = new Informer<IpPool>(client, IP_POOLS);
  const networks = new Informer<NodeNetwork>(client, NODE_NETWORKS);
  onTestFinished(async () => {
    await Promise.all([ipPools, networks].map((each) => each[Symbol.asyncDispose]()));
  });
  pools = new ClusterPools({ ipPools, networks, configured: [Cidr.parseExact('10.0.0.0/24')] });
  await Promise.all([ipPools.start(), networks.start()]);
});

async function apply(kind: 'IPPool' | 'NodeNetwork', name: string, spec: object): Promise<void> {
  const body = { apiVersion: 'churnlab.dev/v1alpha1', kind, metadata: { name }, spec };
  const resource = kind === 'IPPool' ? IP_POOLS : NODE_NETWORKS;
  await client.patch(resource, name, undefined, { type: 'apply', body, fieldManager: 'test' });
}

const seen = (...cidrs: string[]) => expect.poll(() => pools.cidrs.map(String)).toEqual(cidrs);

it('should know what pools have, and what nodes still have of a pool that is gone', async () => {
  const changed = vi.fn();
  pools.onChange(changed);
  await seen('10.0.0.0/24');
  await apply('IPPool', 'red', { ipv4: { cidrs: ['10.1.0.0/24'], maskSize: 28 } });
  await seen('10.0.0.0/24', '10.1.0.0/24');
  expect(changed).toHaveBeenCalled();
  await apply('NodeNetwork', 'n1', { pools: { allocated: [{ pool: 'red', cidrs: ['10.1.0.16/28'] }] } });
  await client.delete(IP_POOLS, 'red');
  await seen('10.0.0.0/24', '10.1.0.16/28');
  await apply('NodeNetwork', 'n1', { pools: { allocated: [] } });
  await seen('10.0.0.0/24');
});

it('should keep addresses in hand of the default pool, when there is one', async () => {
  await apply('IPPool', 'red', { ipv4: { cidrs: ['10.1.0.0/24'], maskSize: 28 } });
  await seen('10.0.0.0/24', '10.1.0.0/24');
  expect([...pools.warm]).toEqual([]);
  await apply('IPPool', 'default', { ipv4: { cidrs: ['10.2.0.0/24'], maskSize: 28 } });
  await expect.poll(() => [...pools.warm]).toEqual(['default']);
});
