import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureNative } from '../../lab/setup/index.ts';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  LEASES,
  type Lease,
  NODE_NETWORKS,
  type NodeNetwork,
  SERVICES,
  type Service,
} from '../kube/index.ts';
import { ClusterNode, NODE_IP, TOKEN } from './testing/cluster-node.ts';

/** Starting a process is slow on a busy machine. */
const START = { timeout: 30_000 };
const AGENT_PORT = 9970;
const OPERATOR_PORTS = { a: 9971, b: 9972 } as const;
const PLUGIN = '/run/host/opt/cni/bin/churnlab-cni';

const AGENT = {
  routing: 'direct',
  shortCuts: 'untranslated',
  podCidrsIn: 'node-network',
  clusterCidrs: ['10.20.0.0/16'],
  cooldownMs: 1000,
  waitMs: 0,
  collectMs: 200,
  preAllocate: 8,
  store: 'log',
  services: { nodePorts: [30_000, 32_767], defaults: { algorithm: 'random', forwarding: 'snat' } },
  port: AGENT_PORT,
};
const OPERATOR = { mode: 'cluster-pool', ipv4: { cidrs: ['10.20.0.0/16'], maskSize: 24 } };

let node: ClusterNode;

beforeAll(async () => {
  node = await ClusterNode.up();
  node.write('agent.json', AGENT);
  node.write('operator.json', OPERATOR);
});
afterAll(() => node?.[Symbol.asyncDispose]());

const startOperator = (name: keyof typeof OPERATOR_PORTS) =>
  node.start(
    name,
    'operator',
    '--config',
    `${node.folder}/operator.json`,
    '--port',
    String(OPERATOR_PORTS[name]),
  );

async function startAgent(): Promise<void> {
  const files = ['churnlab.bpf.o', 'services.bpf.o', 'churnlab-cni'] as const;
  for (const name of files)
    await node.sh(`mkdir -p /run/files && cp ${await ensureNative(name)} /run/files/${name}`);
  const [config, token] = [`${node.folder}/agent.json`, `${node.folder}/token`];
  await node.start('agent', 'agent', '--config', config, '--token-file', token, '--files', '/run/files');
}

const statusOf = async (port: number, url: string) => (await node.get(port, url))?.status;
const ask = async (url: string) => JSON.parse((await node.get(AGENT_PORT, url, TOKEN))!.body);
const holder = async () =>
  (await node.client.get<Lease>(LEASES, 'churnlab-operator', 'churnlab-system')).spec?.holderIdentity;

/** Reads lines of a stream until there are this many. */
async function lines(stream: IncomingMessage, count: number): Promise<Record<string, never>[]> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.split('\n').length > count) break;
  }
  return text
    .split('\n')
    .slice(0, count)
    .map((line) => JSON.parse(line));
}

test('one of two operators leads, both are ready, and the node gets its CIDR once an agent is there', async () => {
  await startOperator('a');
  await expect.poll(() => statusOf(OPERATOR_PORTS.a, '/readyz'), START).toBe(200);
  await expect.poll(holder).toMatch(/^a_/);
  await startOperator('b');
  await expect.poll(() => statusOf(OPERATOR_PORTS.b, '/readyz'), START).toBe(200);
  expect((await node.get(OPERATOR_PORTS.a, '/metrics'))!.body).toContain('churnlab_operator_leader 1\n');
  expect((await node.get(OPERATOR_PORTS.b, '/metrics'))!.body).toContain('churnlab_operator_leader 0\n');
  await startAgent();
  await expect.poll(() => statusOf(AGENT_PORT, '/readyz'), START).toBe(200);
  const cidrs = async () => (await node.client.get<NodeNetwork>(NODE_NETWORKS, node.name)).spec.podCIDRs;
  await expect.poll(cidrs).toEqual(['10.20.0.0/24']);
  await expect.poll(() => node.has('etc/cni/net.d/10-churnlab.conflist')).toBe(true);
});

test('the installed plugin attaches pods, and the agent tells of it to those with the token', async () => {
  const installed = await node.run('install', '--host', '/run/host', '--files', '/run/files');
  expect(installed).toContain('installed /run/host/opt/cni/bin/churnlab-cni');
  expect((await node.get(AGENT_PORT, '/v1/trace'))!.status).toBe(401);
  const [first] = await node.addPod('first', PLUGIN);
  const stream = await node.request(AGENT_PORT, '/v1/trace?after=0', TOKEN);
  const events = await lines(stream, 2);
  expect(events).toMatchObject([
    { node: node.name, seq: 0, lost: 0 },
    { seq: 1, trace: { verb: 'ADD', containerId: 'first', pod: 'default/first', ips: [first] } },
  ]);
  const [second] = await node.addPod('second', PLUGIN);
  await expect.poll(() => node.reaches('first', second!)).toBe(true);
  await expect.poll(() => node.reaches('second', NODE_IP)).toBe(true);
  expect(await ask('/v1/info')).toMatchObject({ node: node.name, ips: [NODE_IP], podMtu: 1500, seq: 2 });
  expect(await ask('/v1/leases')).toMatchObject([
    { owner: { pod: 'default/first' }, ips: [first] },
    { owner: { pod: 'default/second' }, ips: [second] },
  ]);
  expect((await ask('/v1/endpoints')).map(({ address }: { address: string }) => address).sort()).toEqual(
    [first, second].sort(),
  );
});

test('a refused call is told of with its code', async () => {
  const { seq } = await ask('/v1/info');
  expect(await node.plugin(PLUGIN, 'ADD', 'nowhere')).toMatchObject({ code: 8 });
  const stream = await node.request(AGENT_PORT, `/v1/trace?after=${seq}`, TOKEN);
  const [, event] = await lines(stream, 2);
  expect(event).toMatchObject({ refused: { verb: 'ADD', containerId: 'nowhere', code: 8 } });
});

test('Services are in the kernel, and processes of the node connect through them', async () => {
  const metadata = { name: 'web', namespace: 'default' };
  const ports = [{ name: 'http', port: 80, targetPort: AGENT_PORT, protocol: 'TCP' as const }];
  await node.client.create<Service>(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: '10.96.0.77', ports },
  });
  await node.client.create<EndpointSlice>(ENDPOINT_SLICES, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [NODE_IP], conditions: { ready: true } }],
    ports: [{ name: 'http', port: AGENT_PORT, protocol: 'TCP' }],
  });
  await expect.poll(async () => JSON.stringify(await ask('/v1/services'))).toContain('default/web');
  const script =
    "fetch('http://10.96.0.77/healthz').then((r) => r.text()).then((text) => process.stdout.write(text))";
  expect(await node.sh(`${process.execPath} -e "${script}"`)).toBe('ok\n');
});

test('over a restart of the agent pods keep their connections, and an ADD waits and succeeds', async () => {
  const before = await ask('/v1/info');
  const [first] = (await ask('/v1/leases'))[0].ips;
  await node.stop('agent');
  await expect.poll(() => node.reaches('second', first)).toBe(true);
  const adding = node.addPod('third', PLUGIN);
  await startAgent();
  expect(await adding).toHaveLength(1);
  await expect.poll(() => node.reaches('third', first)).toBe(true);
  await expect.poll(() => statusOf(AGENT_PORT, '/readyz'), START).toBe(200);
  const after = await ask('/v1/info');
  expect(after.instance).not.toBe(before.instance);
  expect(await ask('/v1/leases')).toHaveLength(3);
});

test('metrics are those of Prometheus', async () => {
  const { body } = (await node.get(AGENT_PORT, '/metrics'))!;
  expect(body).toContain('churnlab_agent_addresses{family="ipv4",state="used"} 3\n');
  expect(body).toContain('churnlab_agent_cni_seconds_count{verb="ADD"} 1\n');
  expect(body).toContain('churnlab_agent_service_ports 1\n');
  const names = body.split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(new Set(names).size).toBe(names.length);
});

test('an attachment whose link went without a DEL is released, and its host port with it', async () => {
  const { seq } = await ask('/v1/info');
  const runtimeConfig = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
  const [ip] = await node.addPod('lost', PLUGIN, { capabilities: { portMappings: true }, runtimeConfig });
  const hostPorts = () => node.sh('nft list map ip churnlab_hostports ports');
  expect(await hostPorts()).toContain(ip);
  await node.sh('umount /run/netns/lost && rm /run/netns/lost');
  await expect.poll(() => ask('/v1/leases'), START).toHaveLength(3);
  expect(await hostPorts()).not.toContain(ip);
  expect(await ask('/v1/endpoints')).toHaveLength(3);
  const stream = await node.request(AGENT_PORT, `/v1/trace?after=${seq}`, TOKEN);
  const [, , event] = await lines(stream, 3);
  expect(event).toMatchObject({ collected: { containerId: 'lost', pod: 'default/lost', ips: [ip] } });
  const { body } = (await node.get(AGENT_PORT, '/metrics'))!;
  expect(body).toContain('churnlab_agent_collected_total 1\n');
  expect(await node.plugin(PLUGIN, 'DEL', 'lost')).toEqual({});
});

test('a leader that is told to end hands over at once, and its follower takes over what nodes have', async () => {
  await node.stop('a');
  await expect.poll(holder).toMatch(/^b_/);
  await expect
    .poll(async () => (await node.get(OPERATOR_PORTS.b, '/metrics'))!.body)
    .toContain('churnlab_operator_leader 1\n');
  const { body } = (await node.get(OPERATOR_PORTS.b, '/metrics'))!;
  expect(body).toContain(
    'churnlab_operator_node_cidrs_used{pool="default",family="ipv4",cidr="10.20.0.0/16"} 1\n',
  );
});

test('a wrong configuration is refused with all that is wrong, and the usage', async () => {
  const wrong = node.write('wrong.json', { ...AGENT, routing: 'pigeons', more: 1 });
  const agent = node.run('agent', '--config', wrong, '--token-file', wrong);
  await expect(agent).rejects.toThrow(/exit code 2.*routing.*usage: churnlab-node/s);
  await expect(node.run('agnet')).rejects.toThrow('Expected a command, got `agnet`');
});
