import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceView } from '../../datapath/services/index.ts';
import { IpcClient } from '../../ipc/index.ts';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  type KubeClient,
  SERVICES,
  type Service,
  type ServicePort,
} from '../../kube/index.ts';
import { TestLab } from '../../substrate/testing/test-lab.ts';
import type { ServiceStats, ServiceWritten } from './index.ts';

let lab: TestLab;
let client: KubeClient;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 2,
    services: 'ebpf',
    ipam: { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }] },
  });
  client = lab.lab.client;
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const NAMESPACE = 'default';

async function createService(name: string, port: Partial<ServicePort> = {}, spec = {}): Promise<Service> {
  return await client.create<Service>(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { ports: [{ port: 80, ...port }], ...spec },
  });
}

const slice = (name: string, ips: readonly string[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${name}-1`, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true }, nodeName: 'n1' })),
  ports: [{ port: 8080, protocol: 'TCP' }],
});

async function viewOf(name: string, node = 'n1'): Promise<ServiceView | undefined> {
  const [found] = await lab.lab.services(node);
  return found!.services.find(({ key }) => key?.startsWith(`${NAMESPACE}/${name}:`));
}

const backendsOf = async (name: string, node?: string): Promise<string[] | undefined> =>
  (await viewOf(name, node))?.backends.map(({ address, port }) => `${address}:${port}`);

test('what the API has is in the kernel of every node', async () => {
  const { spec } = await createService('web', {}, { type: 'NodePort' });
  await client.create(ENDPOINT_SLICES, slice('web', ['10.20.0.11', '10.20.0.12']));
  for (const node of ['n1', 'n2'])
    await expect.poll(() => backendsOf('web', node)).toEqual(['10.20.0.11:8080', '10.20.0.12:8080']);
  expect(await viewOf('web')).toMatchObject({
    frontends: expect.arrayContaining([
      { kind: 'ClusterIP', address: spec.clusterIP, port: 80 },
      { kind: 'NodePort', address: null, port: spec.ports![0]!.nodePort },
    ]),
    backends: [{ states: ['active', 'local'] }, { states: ['active', 'local'] }],
  });
  expect(await viewOf('web', 'n2')).toMatchObject({
    backends: [{ states: ['active'] }, { states: ['active'] }],
  });
});

test('a change is written at once, and said with its cause', async () => {
  const written: ServiceWritten[] = [];
  using agent = await IpcClient.connect(lab.directory.socket(lab.lab.record.agents[0]!.process));
  await agent.call('follow', null, ({ serviceWritten }: { serviceWritten?: ServiceWritten }) => {
    if (serviceWritten) written.push(serviceWritten);
  });
  await createService('quick');
  const { metadata } = await client.create<EndpointSlice>(ENDPOINT_SLICES, slice('quick', ['10.20.0.13']));
  await expect.poll(() => written.at(-1)?.cause.resourceVersion).toBe(metadata.resourceVersion);
  const { service, cause, node, writtenNs } = written.at(-1)!;
  expect([service, cause.kind, cause.name]).toEqual(['default/quick', 'EndpointSlice', 'quick-1']);
  expect(lab.lab.nodes).toContain(node);
  expect(writtenNs).toBeGreaterThanOrEqual(cause.receivedNs);
  expect(await backendsOf('quick', node)).toEqual(['10.20.0.13:8080']);
});

test('an agent that was killed takes over what it left, and catches up with what it missed', async () => {
  await createService('kept');
  await client.create(ENDPOINT_SLICES, slice('kept', ['10.20.0.21', '10.20.0.22']));
  await createService('doomed');
  await expect.poll(() => backendsOf('kept')).toHaveLength(2);
  await expect.poll(() => viewOf('doomed')).toBeDefined();
  const before = (await viewOf('kept'))!;

  const killed = lab.lab.kill('agent', 'n1', 300);
  await client.delete(SERVICES, 'doomed', NAMESPACE);
  await client.replace(ENDPOINT_SLICES, slice('kept', ['10.20.0.22', '10.20.0.23']));
  await killed;

  await expect.poll(() => backendsOf('kept').catch(() => [])).toEqual(['10.20.0.22:8080', '10.20.0.23:8080']);
  const after = (await viewOf('kept'))!;
  expect(after.id).toBe(before.id);
  expect(after.backends[0]!.id).toBe(before.backends[1]!.id);
  expect(await viewOf('doomed')).toBeUndefined();
});

test('sockets in the cgroup of a node are translated', async () => {
  const { spec } = await createService('self', { port: 81 });
  const [ip] = lab.lab.record.nodes[0]!.ips;
  const listen = "require('net').createServer((s) => s.end('hello', () => process.exit())).listen(8080)";
  const served = lab.sh('n1', `exec timeout 10 ${process.execPath} -e "${listen}"`);
  await client.create(ENDPOINT_SLICES, slice('self', [ip!]));
  await expect.poll(() => backendsOf('self', 'n2')).toEqual([`${ip}:8080`]);
  const call = `require('net').connect(81, '${spec.clusterIP}').on('error', () => process.exit(1)).pipe(process.stdout)`;
  await expect
    .poll(async () => (await lab.sh('n2', `exec ${process.execPath} -e "${call}"`)).stdout)
    .toBe('hello');
  expect((await served).exitCode).toBe(0);
  const host = lab.lab.record.agents.find(({ nodes }) => nodes.includes('n2'))!;
  using agent = await IpcClient.connect(lab.directory.socket(host.process));
  const { n2 } = await agent.call<Record<string, ServiceStats>>('serviceStats');
  expect(n2).toMatchObject({ failed: 0, counters: { packet: { packets: 0 } } });
  expect(n2!.counters.socket.packets).toBeGreaterThan(0);
});
