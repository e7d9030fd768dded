import { describe, expect, test } from 'vitest';
import { EVENTS, type KubeEvent, NODES, type Node, PODS, type Pod } from '../../../index.ts';
import { TestCluster, until } from '../test-cluster.ts';

async function nodeOf(cluster: TestCluster, name: string): Promise<string> {
  return await until(async () => (await cluster.getPod(name)).spec.nodeName);
}

async function refusalOf(cluster: TestCluster, name: string): Promise<string> {
  return await until(async () => {
    const { status } = await cluster.getPod(name);
    return status?.conditions?.find(({ reason }) => reason === 'Unschedulable')?.message;
  });
}

/** Waits until the controllers, which share one cache of nodes, have seen every change of a node so far. */
async function nodesSeen(cluster: TestCluster): Promise<void> {
  await cluster.node('last', 110, { spec: { unschedulable: true } });
  await until(async () => (await cluster.client.get<Node>(NODES, 'last')).spec?.taints?.length === 1);
}

describe('Scheduler', () => {
  test('spreads pods over ready nodes', async () => {
    await using cluster = await TestCluster.start();
    for (const name of ['n1', 'n2', 'n3']) await cluster.node(name);
    await cluster.node('sick');
    await cluster.reportReady('sick', 'False');
    await nodesSeen(cluster);
    const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => cluster.pod(name)));
    const nodes = await Promise.all(names.map((name) => nodeOf(cluster, name)));
    const counts = Object.entries(Object.groupBy(nodes, (node) => node)).map(([node, all]) => [
      node,
      all?.length,
    ]);
    expect(counts.toSorted()).toEqual([
      ['n1', 10],
      ['n2', 10],
      ['n3', 10],
    ]);
    expect(cluster.errors).toEqual([]);
  });

  test('counts pods that chose their node themselves, and not those that have ended', async () => {
    await using cluster = await TestCluster.start();
    for (const name of ['n1', 'n2']) await cluster.node(name);
    await cluster.pod('a', { nodeName: 'n1' });
    await cluster.pod('b', { nodeName: 'n2' });
    const body = { status: { phase: 'Succeeded' } };
    await cluster.client.patch(PODS, 'b', 'default', { type: 'merge', body, subresource: 'status' });
    await cluster.pod('c');
    expect(await nodeOf(cluster, 'c')).toBe('n2');
  });

  test('honours selectors, taints and cordons', async () => {
    await using cluster = await TestCluster.start();
    await cluster.node('plain', 110, { metadata: { name: 'plain', labels: { disk: 'ssd' } } });
    await cluster.node('tainted', 110, {
      spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] },
    });
    await cluster.node('cordoned', 110, { spec: { unschedulable: true } });
    await cluster.pod('selects', { nodeSelector: { disk: 'ssd' } });
    await cluster.pod('tolerates', {
      tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }],
    });
    await cluster.pod('tolerates-all', { tolerations: [{ operator: 'Exists' }] });
    await cluster.pod('fits-nowhere', { nodeSelector: { disk: 'tape' } });
    expect(await nodeOf(cluster, 'selects')).toBe('plain');
    expect(await nodeOf(cluster, 'tolerates')).toBe('tainted');
    expect(await nodeOf(cluster, 'tolerates-all')).toBe('cordoned');
    expect(await refusalOf(cluster, 'fits-nowhere')).toBe(
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable." +
        ' no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
  });

  test('says that there is no room, and schedules when there is', async () => {
    await using cluster = await TestCluster.start();
    await cluster.pod('a');
    expect(await refusalOf(cluster, 'a')).toBe('no nodes available to schedule pods');
    await cluster.node('n1', 1);
    await nodeOf(cluster, 'a');
    await cluster.pod('b');
    expect(await refusalOf(cluster, 'b')).toBe(
      '0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    const warned = await until(async () => {
      const { items } = await cluster.client.list<KubeEvent>(EVENTS, { namespace: 'default' });
      return items.find(
        ({ involvedObject, reason }) => involvedObject.name === 'b' && reason === 'FailedScheduling',
      );
    });
    expect(warned).toMatchObject({ type: 'Warning', source: { component: 'default-scheduler' }, count: 1 });
    await cluster.client.delete(PODS, 'a', 'default', { gracePeriodSeconds: 0 });
    expect(await nodeOf(cluster, 'b')).toBe('n1');
    expect(
      (await cluster.getPod('b')).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status,
    ).toBe('True');
  });

  test('leaves pods of other schedulers alone, and forgets deleted nodes', async () => {
    await using cluster = await TestCluster.start();
    await cluster.node('n1');
    await cluster.node('n2');
    await cluster.client.delete(NODES, 'n1');
    await nodesSeen(cluster);
    await cluster.pod('other', { schedulerName: 'somebody-else' });
    await cluster.pod('ours');
    expect(await nodeOf(cluster, 'ours')).toBe('n2');
    expect((await cluster.client.get<Pod>(PODS, 'other', 'default')).spec.nodeName).toBeUndefined();
  });
});
