import { describe, expect, test } from 'vitest';
import {
  ENDPOINT_SLICES,
  ENDPOINTS,
  type EndpointSlice,
  type Endpoints,
  PODS,
  SERVICES,
} from '../../../index.ts';
import { TestCluster, until } from '../test-cluster.ts';

async function slicesOf({ client }: TestCluster, service: string): Promise<readonly EndpointSlice[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  return (await client.list<EndpointSlice>(ENDPOINT_SLICES, { namespace: 'default', labelSelector })).items;
}

const endpointsOf = async (cluster: TestCluster, service: string) =>
  (await slicesOf(cluster, service)).flatMap(({ endpoints }) => endpoints ?? []);

/** The endpoints of a service once there are so many that satisfy. */
async function settled(cluster: TestCluster, service: string, satisfies: (text: string) => boolean) {
  return await until(async () => {
    const endpoints = await endpointsOf(cluster, service);
    return satisfies(JSON.stringify(endpoints)) && endpoints;
  });
}

describe('EndpointSliceController', () => {
  test('follows readiness and termination', async () => {
    await using cluster = await TestCluster.start();
    await cluster.node('n1', 110, {
      metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z1' } },
    });
    await cluster.service('web');
    const { metadata } = await cluster.pod('p', { nodeName: 'n1' }, { app: 'web' });
    await cluster.report('p', ['10.20.0.4'], false);
    expect(await settled(cluster, 'web', (text) => text.includes('10.20.0.4'))).toEqual([
      {
        addresses: ['10.20.0.4'],
        conditions: { ready: false, serving: false, terminating: false },
        targetRef: { kind: 'Pod', namespace: 'default', name: 'p', uid: metadata.uid },
        nodeName: 'n1',
        zone: 'z1',
      },
    ]);
    await cluster.report('p', ['10.20.0.4'], true);
    const [ready] = await settled(cluster, 'web', (text) => text.includes('"ready":true'));
    expect(ready?.conditions).toEqual({ ready: true, serving: true, terminating: false });
    await cluster.client.delete(PODS, 'p', 'default');
    const [leaving] = await settled(cluster, 'web', (text) => text.includes('"terminating":true'));
    expect(leaving?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    await cluster.client.delete(PODS, 'p', 'default', { gracePeriodSeconds: 0 });
    await settled(cluster, 'web', (text) => text === '[]');
    expect(cluster.errors).toEqual([]);
  });

  test('names, labels and owns its slices as Kubernetes does', async () => {
    await using cluster = await TestCluster.start();
    const { metadata } = await cluster.service('web');
    const [slice] = await until(async () => {
      const slices = await slicesOf(cluster, 'web');
      return slices.length > 0 && slices;
    });
    expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.metadata.generateName).toBe('web-');
    expect(slice?.metadata.labels).toEqual({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice?.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        name: 'web',
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    await cluster.client.delete(SERVICES, 'web', 'default');
    await until(async () => (await slicesOf(cluster, 'web')).length === 0);
  });

  test('has slices of both families, and named ports of every pod', async () => {
    await using cluster = await TestCluster.start();
    await cluster.service('web', {
      ipFamilyPolicy: 'RequireDualStack',
      ports: [{ port: 80, targetPort: 'http' }],
    });
    const container = (containerPort: number) => ({
      containers: [{ name: 'main', image: 'pause', ports: [{ name: 'http', containerPort }] }],
    });
    await cluster.pod('a', container(8080), { app: 'web' });
    await cluster.pod('b', container(9090), { app: 'web' });
    await cluster.pod('unnamed', {}, { app: 'web' });
    for (const [index, name] of ['a', 'b', 'unnamed'].entries()) {
      await cluster.report(name, [`10.20.0.${index + 4}`, `fd00:20::${index + 4}`], true);
    }
    await settled(cluster, 'web', (text) =>
      ['10.20.0.6', 'fd00:20::6', '10.20.0.5', 'fd00:20::4'].every((ip) => text.includes(ip)),
    );
    const slices = (await slicesOf(cluster, 'web')).map(({ addressType, ports, endpoints }) => [
      addressType,
      (ports ?? []).map(({ port }) => port).join(),
      endpoints.flatMap(({ addresses }) => addresses).join(),
    ]);
    expect(slices.toSorted()).toEqual([
      ['IPv4', '', '10.20.0.6'],
      ['IPv4', '8080', '10.20.0.4'],
      ['IPv4', '9090', '10.20.0.5'],
      ['IPv6', '', 'fd00:20::6'],
      ['IPv6', '8080', 'fd00:20::4'],
      ['IPv6', '9090', 'fd00:20::5'],
    ]);
  });

  test('fills slices to a hundred and follows labels', async () => {
    await using cluster = await TestCluster.start();
    await cluster.service('web');
    const names = Array.from({ length: 130 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => cluster.pod(name, {}, { app: 'web' })));
    await Promise.all(names.map((name, index) => cluster.report(name, [`10.20.0.${index + 1}`], true)));
    await until(async () => (await endpointsOf(cluster, 'web')).length === 130);
    const sizes = (await slicesOf(cluster, 'web')).map(({ endpoints }) => endpoints.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    const body = { metadata: { labels: { app: 'other' } } };
    await cluster.client.patch(PODS, 'p0', 'default', { type: 'merge', body });
    await settled(cluster, 'web', (text) => !text.includes('"10.20.0.1"'));
    expect(cluster.errors).toEqual([]);
  });
});

describe('EndpointsController', () => {
  test('lists ready and not ready addresses, and goes with the service', async () => {
    await using cluster = await TestCluster.start();
    const get = () => cluster.client.get<Endpoints>(ENDPOINTS, 'web', 'default').catch(() => undefined);
    await cluster.service('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    for (const [index, name] of ['a', 'b'].entries()) {
      await cluster.pod(name, {}, { app: 'web' });
      await cluster.report(name, [`10.20.0.${index + 4}`], name === 'a');
    }
    const { subsets, metadata } = await until(async () => {
      const endpoints = await get();
      return endpoints?.subsets?.[0]?.notReadyAddresses && endpoints.subsets[0].addresses && endpoints;
    });
    expect(subsets).toMatchObject([
      {
        addresses: [{ ip: '10.20.0.4', targetRef: { kind: 'Pod', name: 'a' } }],
        notReadyAddresses: [{ ip: '10.20.0.5', targetRef: { kind: 'Pod', name: 'b' } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    expect(metadata.labels).toEqual({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
    await cluster.client.delete(SERVICES, 'web', 'default');
    await until(async () => (await get()) === undefined);
    expect(cluster.errors).toEqual([]);
  });
});
