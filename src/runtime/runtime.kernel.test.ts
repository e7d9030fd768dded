import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  EVENTS,
  isReady,
  type KubeClient,
  type KubeError,
  NODES,
  type Node,
  PODS,
  type Pod,
} from '../kube/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';

const PATIENCE = { timeout: 15_000, interval: 50 };

let lab: TestLab;
let client: KubeClient;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 2,
    ipam: { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }], cooldown: '300ms' },
  });
  client = lab.lab.client;
});
afterAll(() => lab?.[Symbol.asyncDispose]());

function create(name: string, nodeName: string, ports: object[] = []): Promise<Pod> {
  return client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { nodeName, containers: [{ name: 'pause', image: 'pause', ports }] },
  } as Pod);
}

/** Waits until a pod runs. */
async function running(name: string): Promise<Pod> {
  await expect
    .poll(async () => (await client.get<Pod>(PODS, name, 'default')).status?.phase, PATIENCE)
    .toBe('Running');
  return client.get<Pod>(PODS, name, 'default');
}

/** Waits until a pod's object is no more. */
async function gone(name: string): Promise<void> {
  const reason = (): Promise<string> =>
    client.get(PODS, name, 'default').then(
      () => 'there',
      (error: KubeError) => error.reason,
    );
  await expect.poll(reason, PATIENCE).toBe('NotFound');
}

const namespaces = (node: string): string[] => fs.readdirSync(path.join(lab.root(node), 'run/netns'));

/** A pod's network namespace: its uid without dashes. */
const idOf = (pod: Pod): string => pod.metadata.uid!.replaceAll('-', '');

const isNodeReady = async (node: string): Promise<boolean> => isReady(await client.get<Node>(NODES, node));

test('a pod runs with an address, and its end takes namespace and address away', async () => {
  const before = await lab.lab.inventory();
  await create('one', 'n1');
  const pod = await running('one');
  expect(pod.status?.podIP).toMatch(/^10\.20\./);
  expect(pod.status?.conditions?.map(({ type }) => type)).toContain('Ready');
  expect(namespaces('n1')).toEqual([idOf(pod)]);
  await client.delete(PODS, 'one', 'default', { gracePeriodSeconds: 1 });
  await gone('one');
  expect(namespaces('n1')).toEqual([]);
  await expect.poll(() => lab.lab.inventory(), PATIENCE).toEqual(before);
});

test('a pod without a node is scheduled, and may be deleted by force', async () => {
  await client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'forced', namespace: 'default' },
    spec: { containers: [{ name: 'pause', image: 'pause' }] },
  } as Pod);
  await running('forced');
  await client.delete(PODS, 'forced', 'default', { gracePeriodSeconds: 0 });
  await expect.poll(() => [...namespaces('n1'), ...namespaces('n2')], PATIENCE).toEqual([]);
});

test('a host port leads to the pod from another node until the pod goes', async () => {
  await create('web', 'n1', [{ containerPort: 8080, hostPort: 30080 }]);
  const pod = await running('web');
  const serve = `exec ${process.execPath} -e 'require("net").createServer((s) => s.end("hello")).listen(8080, "0.0.0.0")'`;
  await lab.daemon('n1').start({
    name: 'web',
    argv: ['/bin/sh', '-c', serve],
    env: {},
    log: lab.directory.log('web'),
    restart: true,
    netns: idOf(pod),
  });
  const [address] = lab.lab.record.nodes[0]!.ips;
  const ask = async (host: string, port: number): Promise<string> => {
    const script = `const s = require("net").connect({ host: "${host}", port: ${port} }); s.setTimeout(1000, () => s.destroy()); s.on("error", () => {}); s.pipe(process.stdout);`;
    return (await lab.sh('n2', `exec ${process.execPath} -e '${script}'`)).stdout;
  };
  await expect.poll(() => ask(pod.status!.podIP!, 8080), PATIENCE).toBe('hello');
  expect(await ask(address!, 30080)).toBe('hello');
  await lab.daemon('n1').stop('web', 9);
  await client.delete(PODS, 'web', 'default', { gracePeriodSeconds: 1 });
  await gone('web');
  expect((await lab.sh('n1', 'nft list ruleset')).stdout).not.toContain('30080');
});

test('a runtime that is killed takes its pods over, removes those that went meanwhile, and tells what they held', async () => {
  await create('stays', 'n1');
  await create('goes', 'n1', [{ containerPort: 80, hostPort: 30090 }]);
  const stays = await running('stays');
  await running('goes');
  const calls: { verb: string; containerId: string; ips: readonly string[] }[] = [];
  await lab.lab.followCalls({ onCall: (call) => calls.push(call), onLinkGone: () => {}, onRefill: () => {} });
  const down = lab.lab.kill('runtime', 'n1', 1000);
  // Let it go down before the pod is deleted.
  await sleep(200);
  await client.delete(PODS, 'goes', 'default', { gracePeriodSeconds: 0 });
  await create('comes', 'n1');
  await down;
  const comes = await running('comes');
  await expect.poll(() => namespaces('n1').sort(), PATIENCE).toEqual([idOf(stays), idOf(comes)].sort());
  expect((await running('stays')).status).toEqual(stays.status);
  expect((await lab.sh('n1', 'nft list ruleset')).stdout).not.toContain('30090');
  expect(lab.reaches('n1', idOf(comes), stays.status!.podIP!)).toBe(true);
  await client.delete(PODS, 'stays', 'default', { gracePeriodSeconds: 1 });
  await client.delete(PODS, 'comes', 'default', { gracePeriodSeconds: 1 });
  await gone('stays');
  await gone('comes');
  await expect
    .poll(
      () => calls.find(({ verb, containerId }) => verb === 'DEL' && containerId === idOf(stays))?.ips,
      PATIENCE,
    )
    .toEqual([stays.status!.podIP]);
  expect((await lab.lab.inventory()).addresses).toEqual([]);
});

test('a node is NotReady while its network is not configured, and its pods wait with an Event', async () => {
  const file = path.join(lab.root('n2'), 'etc/cni/net.d/10-churnlab.conflist');
  fs.renameSync(file, `${file}.away`);
  await lab.lab.restart('runtime', 'n2');
  await expect.poll(() => isNodeReady('n2'), PATIENCE).toBe(false);
  await create('waits', 'n2');
  await expect
    .poll(async () => (await client.list(EVENTS)).items.map(({ reason }) => reason), PATIENCE)
    .toContain('FailedCreatePodSandBox');
  fs.renameSync(`${file}.away`, file);
  await expect.poll(() => isNodeReady('n2'), PATIENCE).toBe(true);
  await running('waits');
  await client.delete(PODS, 'waits', 'default', { gracePeriodSeconds: 1 });
  await gone('waits');
  expect(namespaces('n2')).toEqual([]);
});
