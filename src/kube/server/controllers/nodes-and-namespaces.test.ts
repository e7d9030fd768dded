import { describe, expect, test } from 'vitest';
import {
  CONFIG_MAPS,
  LEASES,
  type Lease,
  NAMESPACES,
  type Namespace,
  NODES,
  type Node,
  PODS,
} from '../../index.ts';
import { TestCluster, until } from './test-cluster.ts';

describe('NodeLifecycle', () => {
  const taintsOf = async ({ client }: TestCluster) =>
    ((await client.get<Node>(NODES, 'n1')).spec?.taints ?? [])
      .map(({ key, effect }) => `${key}:${effect}`)
      .toSorted();

  test('taints by condition and cordon, and leaves the taints of others', async () => {
    await using cluster = await TestCluster.start();
    const foreign = { key: 'mine', effect: 'PreferNoSchedule' as const };
    await cluster.node('n1', 110, { spec: { taints: [foreign], unschedulable: true } });
    await until(async () => (await taintsOf(cluster)).length === 2);
    expect(await taintsOf(cluster)).toEqual([
      'mine:PreferNoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    await cluster.reportReady('n1', 'False');
    await until(async () => (await taintsOf(cluster)).length === 4);
    await cluster.reportReady('n1', 'True');
    const body = { spec: { unschedulable: null } };
    await cluster.client.patch(NODES, 'n1', undefined, { type: 'merge', body });
    await until(async () => (await taintsOf(cluster)).join() === 'mine:PreferNoSchedule');
  });

  test('a silent node becomes unknown, its pods not ready; a lease keeps it', async () => {
    let time = 0;
    let looks = 0;
    const now = () => {
      looks++;
      return time;
    };
    const everyNodeSeen = async () => {
      const before = looks;
      await until(async () => looks > before + 20);
    };
    await using cluster = await TestCluster.start({ nodeLifecycle: { period: 10, grace: 200, now } });
    await cluster.node('n1');
    await cluster.node('n2');
    await cluster.pod('p', { nodeName: 'n1' });
    await cluster.report('p', ['10.20.0.4'], true);
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'n2', namespace: 'kube-node-lease' },
      spec: { holderIdentity: 'n2', renewTime: '2026-01-02T03:04:05.000001Z' },
    };
    await cluster.client.create(LEASES, lease);
    await everyNodeSeen();
    time = 150;
    const spec = { renewTime: '2026-01-02T03:04:05.000002Z' };
    await cluster.client.patch(LEASES, 'n2', 'kube-node-lease', { type: 'merge', body: { spec } });
    await everyNodeSeen();
    time = 300;
    const ready = await until(async () => {
      const { status } = await cluster.client.get<Node>(NODES, 'n1');
      return status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'Unknown');
    });
    expect(ready).toMatchObject({
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    await everyNodeSeen();
    const { status } = await cluster.client.get<Node>(NODES, 'n2');
    expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    await until(async () => (await taintsOf(cluster)).includes('node.kubernetes.io/unreachable:NoExecute'));
    await until(async () => {
      const conditions = (await cluster.getPod('p')).status?.conditions;
      return conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'False');
    });
  });
});

describe('NamespaceDeletion', () => {
  test('empties a namespace and lets it go', async () => {
    await using cluster = await TestCluster.start();
    const { client } = cluster;
    await cluster.node('n1');
    const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
    await client.create(NAMESPACES, namespace);
    const inside = { name: 'a', namespace: 'x' };
    await client.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: inside });
    const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'pause' }] };
    await client.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: inside, spec });
    await client.delete(NAMESPACES, 'x');
    // A pod on a node has its grace: the namespace waits for whoever runs it.
    await until(async () => (await client.get(PODS, 'a', 'x')).metadata.deletionTimestamp ?? undefined);
    expect((await client.get<Namespace>(NAMESPACES, 'x')).status?.phase).toBe('Terminating');
    await client.delete(PODS, 'a', 'x', { gracePeriodSeconds: 0 });
    await until(async () =>
      (await client.list(NAMESPACES)).items.every(({ metadata }) => metadata.name !== 'x'),
    );
    expect((await client.list(CONFIG_MAPS, { namespace: 'x' })).items).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });
});
