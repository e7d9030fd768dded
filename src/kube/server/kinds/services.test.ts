import { afterEach, expect, test } from 'vitest';
import type { Service } from '../../objects.ts';
import { IP_ADDRESSES, SERVICES } from '../../resources.ts';
import { TestServer } from '../testing/test-server.ts';

let server: TestServer | undefined;
afterEach(() => server?.[Symbol.asyncDispose]());

const DUAL = ['10.96.0.0/24', 'fd00:96::/112'];

async function start(serviceCidrs = DUAL, nodePorts = { first: 30_000, last: 30_200 }): Promise<TestServer> {
  server = await TestServer.start({ serviceCidrs, nodePorts });
  return server;
}

function create(name: string, spec: object = {}): Promise<Service> {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80 }], ...spec },
  };
  return server!.client.create<Service>(SERVICES, manifest as Service);
}

const patch = (name: string, spec: object) =>
  server!.client.patch<Service>(SERVICES, name, 'default', { type: 'merge', body: { spec } });
const addresses = async () =>
  (await server!.client.list(IP_ADDRESSES)).items.map(({ metadata }) => metadata.name);

test('a service gets defaults and an address, with an IPAddress object for it', async () => {
  await start();
  const { spec } = await create('s');
  expect(spec).toEqual({
    type: 'ClusterIP',
    clusterIP: '10.96.0.17',
    clusterIPs: ['10.96.0.17'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
  });
  expect(await server!.client.get(IP_ADDRESSES, '10.96.0.17')).toMatchObject({
    metadata: { labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4' } },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 's' } },
  });
  await server!.client.delete(SERVICES, 's', 'default');
  expect(await addresses()).toEqual([]);
});

test('dual stack: asked for, and turned on and off later', async () => {
  await start();
  const { spec } = await create('dual', { ipFamilyPolicy: 'PreferDualStack' });
  expect(spec.clusterIPs).toEqual(['10.96.0.17', 'fd00:96::101']);
  await create('later');
  const more = await patch('later', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] });
  expect(more.spec.clusterIPs).toEqual(['10.96.0.18', 'fd00:96::102']);
  const less = await patch('later', { ipFamilyPolicy: 'SingleStack' });
  expect(less.spec).toMatchObject({ clusterIPs: ['10.96.0.18'], ipFamilies: ['IPv4'] });
  expect(await addresses()).toEqual(['10.96.0.17', '10.96.0.18', 'fd00:96::101']);
});

test('a family the cluster does not have is refused', async () => {
  await start(['10.96.0.0/24']);
  await expect(create('v6', { ipFamilies: ['IPv6'] })).rejects.toMatchObject({
    message:
      'Service "v6" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  });
  await expect(create('both', { ipFamilyPolicy: 'RequireDualStack' })).rejects.toMatchObject({ status: 422 });
  expect((await create('prefer', { ipFamilyPolicy: 'PreferDualStack' })).spec.clusterIPs).toHaveLength(1);
});

test('addresses that are asked for are given, once, and only from the range', async () => {
  await start();
  expect((await create('fixed', { clusterIP: '10.96.0.5' })).spec.clusterIPs).toEqual(['10.96.0.5']);
  await expect(create('taken', { clusterIP: '10.96.0.5' })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('failed to allocate IP 10.96.0.5: provided IP is already allocated'),
  });
  await expect(create('outside', { clusterIP: '10.97.0.5' })).rejects.toMatchObject({
    message: expect.stringContaining('The range of valid IPs is 10.96.0.0/24'),
  });
  await expect(create('text', { clusterIP: 'nonsense' })).rejects.toMatchObject({
    message: expect.stringContaining('must be a valid IP address'),
  });
  await expect(patch('fixed', { clusterIP: '10.96.0.6', clusterIPs: ['10.96.0.6'] })).rejects.toMatchObject({
    message: expect.stringContaining(
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.6"]: may not change once set',
    ),
  });
});

test('a full range says so, and an address that comes back is used', async () => {
  await start(['10.96.0.0/29']);
  for (let i = 1; i <= 6; i++) await create(`s${i}`);
  await expect(create('one-too-many')).rejects.toMatchObject({
    status: 500,
    message: 'Internal error occurred: failed to allocate a serviceIP: range is full',
  });
  await server!.client.delete(SERVICES, 's3', 'default');
  expect((await create('again')).spec.clusterIP).toBe('10.96.0.3');
});

test('headless and external services have no address', async () => {
  await start();
  const headless = await create('headless', { clusterIP: 'None', selector: { app: 'x' } });
  expect(headless.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'] });
  const external = await create('external', { type: 'ExternalName', externalName: 'example.com', ports: [] });
  expect(external.spec.clusterIP).toBeUndefined();
  expect(await addresses()).toEqual([]);
});

test('node ports: given, kept over updates, refused twice, given back', async () => {
  await start();
  const made = await create('np', { type: 'NodePort' });
  expect(made.spec.ports?.[0]?.nodePort).toBe(30_016);
  expect(made.spec.externalTrafficPolicy).toBe('Cluster');
  const kept = await server!.client.replace<Service>(SERVICES, {
    ...made,
    spec: { ...made.spec, ports: [{ port: 80 }] },
  });
  expect(kept.spec.ports?.[0]?.nodePort).toBe(30_016);
  await expect(
    create('twice', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_016 }] }),
  ).rejects.toMatchObject({
    message:
      'Service "twice" is invalid: spec.ports[0].nodePort: Invalid value: 30016: provided port is already allocated',
  });
  await expect(
    create('far', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
  ).rejects.toMatchObject({
    message: expect.stringContaining(
      'provided port is not in the valid range. The range of valid ports is 30000-30200',
    ),
  });
  // The refused ones gave back the addresses they had been given on the way.
  expect(await addresses()).toEqual(['10.96.0.17']);
  const plain = await patch('np', { type: 'ClusterIP' });
  expect(plain.spec.ports).toEqual([{ port: 80, targetPort: 80, protocol: 'TCP' }]);
  const other = await create('reuses', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_016 }] });
  expect(other.spec.ports?.[0]?.nodePort).toBe(30_016);
});

test('one number serves two protocols of a service', async () => {
  await start();
  const ports = [
    { name: 'udp', port: 53, protocol: 'UDP' },
    { name: 'tcp', port: 53, protocol: 'TCP' },
  ];
  const { spec } = await create('dns', { type: 'NodePort', ports });
  expect(spec.ports?.map(({ nodePort }) => nodePort)).toEqual([30_016, 30_016]);
});

test('a trial run takes nothing', async () => {
  await start();
  const { status } = await server!.request('/api/v1/namespaces/default/services?dryRun=All', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: { metadata: { name: 'dry' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
  });
  expect(status).toBe(201);
  expect(await addresses()).toEqual([]);
  expect((await server!.client.list(SERVICES)).items).toEqual([]);
});

test('services are invalid without ports, with equal ports, with names that are no DNS labels', async () => {
  await start();
  await expect(create('none', { ports: [] })).rejects.toMatchObject({
    message: expect.stringContaining('spec.ports: Required value'),
  });
  await expect(
    create('same', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('Duplicate value'),
  });
  await expect(create('1up')).rejects.toMatchObject({
    message: expect.stringContaining('a DNS-1035 label must'),
  });
});
