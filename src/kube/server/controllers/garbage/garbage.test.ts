import { describe, expect, test } from 'vitest';
import {
  CONFIG_MAPS,
  type ConfigMap,
  type KubeClient,
  NODES,
  type OwnerReference,
  PODS,
} from '../../../index.ts';
import { TestCluster, until } from '../test-cluster.ts';

async function make(
  client: KubeClient,
  name: string,
  owner?: ConfigMap,
  more: Partial<OwnerReference> = {},
): Promise<ConfigMap> {
  const { name: ownerName = '', uid = '' } = owner?.metadata ?? {};
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, ...more };
  return await client.create<ConfigMap>(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ...(owner ? { ownerReferences: [reference] } : {}) },
  });
}

const names = async (client: KubeClient) =>
  (await client.list(CONFIG_MAPS, { namespace: 'default' })).items
    .map(({ metadata }) => metadata.name)
    .toSorted();

describe('GarbageCollector', () => {
  test('deletes what a deleted object owned, and what that owned', async () => {
    await using cluster = await TestCluster.start();
    const { client } = cluster;
    const parent = await make(client, 'parent');
    const child = await make(client, 'child', parent);
    await make(client, 'grandchild', child);
    await make(client, 'stranger');
    await client.delete(CONFIG_MAPS, 'parent', 'default');
    await until(async () => (await names(client)).length === 1);
    expect(await names(client)).toEqual(['stranger']);
    expect(cluster.errors).toEqual([]);
  });

  test('deletes objects whose owner never was', async () => {
    await using cluster = await TestCluster.start();
    const ghost = await make(cluster.client, 'ghost');
    await cluster.client.delete(CONFIG_MAPS, 'ghost', 'default');
    await make(cluster.client, 'child', ghost);
    await until(async () => (await names(cluster.client)).length === 0);
  });

  test('keeps an object that has another owner, without the reference', async () => {
    await using cluster = await TestCluster.start();
    const { client } = cluster;
    const [one, two] = [await make(client, 'one'), await make(client, 'two')];
    const child = await make(client, 'child', one);
    const ownerReferences = [
      ...(child.metadata.ownerReferences ?? []),
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'two', uid: two.metadata.uid ?? '' },
    ];
    await client.patch(CONFIG_MAPS, 'child', 'default', {
      type: 'merge',
      body: { metadata: { ownerReferences } },
    });
    await client.delete(CONFIG_MAPS, 'one', 'default');
    const left = await until(async () => {
      const { metadata } = await client.get(CONFIG_MAPS, 'child', 'default');
      return metadata.ownerReferences?.length === 1 && metadata.ownerReferences;
    });
    expect(left[0]?.name).toBe('two');
  });

  test('in the foreground the owner goes last', async () => {
    await using cluster = await TestCluster.start();
    const { client } = cluster;
    const parent = await make(client, 'parent');
    await make(client, 'child', parent, { blockOwnerDeletion: true });
    const order: string[] = [];
    const stop = new AbortController();
    const { resourceVersion } = (await client.list(CONFIG_MAPS, { namespace: 'default' })).metadata;
    const watching = (async () => {
      for await (const { type, object } of client.watch(CONFIG_MAPS, {
        namespace: 'default',
        resourceVersion,
        signal: stop.signal,
      })) {
        if (type === 'DELETED' && order.push(object.metadata.name ?? '') === 2) return;
      }
    })();
    await client.delete(CONFIG_MAPS, 'parent', 'default', { propagationPolicy: 'Foreground' });
    await watching;
    stop.abort();
    expect(order).toEqual(['child', 'parent']);
  });

  test('orphans on request', async () => {
    await using cluster = await TestCluster.start();
    const { client } = cluster;
    const parent = await make(client, 'parent');
    await make(client, 'child', parent);
    await client.delete(CONFIG_MAPS, 'parent', 'default', { propagationPolicy: 'Orphan' });
    await until(async () => (await names(client)).length === 1);
    expect((await client.get(CONFIG_MAPS, 'child', 'default')).metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('PodCollector', () => {
  const podCollector = { period: 10, quarantine: 20, terminatedPods: 2 };

  test('removes pods of a node that is gone', async () => {
    await using cluster = await TestCluster.start({ podCollector });
    await cluster.node('n1');
    await cluster.node('n2');
    await cluster.pod('stays', { nodeName: 'n2' });
    await cluster.pod('goes', { nodeName: 'n1' });
    await cluster.client.delete(NODES, 'n1');
    await until(async () => (await cluster.client.list(PODS)).items.length === 1);
    expect((await cluster.getPod('stays')).metadata.deletionTimestamp).toBeUndefined();
  });

  test('keeps so many pods that have ended', async () => {
    await using cluster = await TestCluster.start({ podCollector });
    for (const name of ['a', 'b', 'c', 'd']) {
      await cluster.pod(name);
      const body = { status: { phase: 'Succeeded' } };
      await cluster.client.patch(PODS, name, 'default', { type: 'merge', body, subresource: 'status' });
    }
    await until(async () => (await cluster.client.list(PODS)).items.length === 2);
  });
});
