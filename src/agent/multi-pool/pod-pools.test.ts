import { expect, it, onTestFinished, vi } from 'vitest';
import {
  Informer,
  IP_POOL_ANNOTATION,
  type KubeClient,
  NAMESPACES,
  type Namespace,
  PODS,
  type Pod,
} from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import { PodPools } from './pod-pools.ts';

async function api(): Promise<KubeClient> {
  const server = await ApiServer.start({ token: 'test' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.client;
}

const annotated = (pool?: string) =>
  pool === undefined ? {} : { annotations: { [IP_POOL_ANNOTATION]: pool } };

function createPod(client: KubeClient, name: string, pool?: string, namespace = 'default'): Promise<Pod> {
  return client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...annotated(pool) },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.9' }] },
  });
}

async function podPools(client: KubeClient, onGone: (pod: string) => void = () => {}): Promise<PodPools> {
  const namespaces = new Informer<Namespace>(client, NAMESPACES);
  onTestFinished(() => namespaces[Symbol.asyncDispose]());
  await namespaces.start();
  const pools = new PodPools({ client, node: 'n1', namespaces, onGone });
  onTestFinished(() => pools[Symbol.asyncDispose]());
  await pools.start();
  return pools;
}

const args = (podName: string, podNamespace = 'default') => ({ podNamespace, podName, other: {} });

it('should take the annotation of the pod, else of its namespace, else the default', async () => {
  const client = await api();
  await client.create(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team', ...annotated('blue') },
  });
  await createPod(client, 'own', 'red', 'team');
  await createPod(client, 'inherits', undefined, 'team');
  await createPod(client, 'plain');
  const get = vi.spyOn(client, 'get');
  const pools = await podPools(client);
  expect(await pools.poolOf(args('own', 'team'))).toBe('red');
  expect(await pools.poolOf(args('inherits', 'team'))).toBe('blue');
  expect(await pools.poolOf(args('plain'))).toBe('default');
  expect(await pools.poolOf({ other: {} })).toBe('default');
  expect(get).not.toHaveBeenCalled();
});

it('should ask the API for a pod that the watch has not brought, and for another one of the name', async () => {
  const client = await api();
  const pools = await podPools(client);
  const watched = vi.spyOn(client, 'get');
  const { metadata } = await createPod(client, 'quick', 'red');
  expect(await pools.poolOf({ ...args('quick'), podUid: metadata.uid! })).toBe('red');
  expect(await pools.poolOf({ ...args('quick'), podUid: 'another' })).toBe('red');
  expect(watched).toHaveBeenCalled();
});

it('should refuse a pod that nobody knows, and what cannot be the name of a pool', async () => {
  const client = await api();
  await createPod(client, 'wrong', '../etc');
  const pools = await podPools(client);
  await expect(pools.poolOf(args('nobody'))).rejects.toMatchObject({
    code: 11,
    message: 'cannot tell the pool of pod default/nobody',
  });
  await expect(pools.poolOf(args('wrong'))).rejects.toMatchObject({
    code: 7,
    message: 'Expected the name of an IPPool in churnlab.dev/ip-pool, got "../etc"',
  });
});

it('should tell of a pod that is gone', async () => {
  const client = await api();
  await createPod(client, 'leaving', 'red');
  const gone = Promise.withResolvers<string>();
  await podPools(client, gone.resolve);
  await client.delete(PODS, 'leaving', 'default', { gracePeriodSeconds: 0 });
  expect(await gone.promise).toBe('default/leaving');
});
