import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cidr, Ip } from '../../ip/index.ts';
import {
  IP_POOL_ANNOTATION,
  IP_POOLS,
  NAMESPACES,
  NODE_NETWORKS,
  type NodeNetwork,
  PODS,
  type Pod,
} from '../../kube/index.ts';
import { TestLab } from '../../substrate/testing/test-lab.ts';

/** Two nodes and two pools; a piece of `red` holds two pods, and there are three of them. */
let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 2,
    ipam: {
      mode: 'multi-pool',
      preAllocate: 0,
      cooldown: '0s',
      pools: [
        { name: 'default', cidrs: ['10.40.0.0/24'], nodeMask: 28 },
        { name: 'red', cidrs: ['10.50.0.0/30', '10.50.0.4/30', '10.50.0.8/30'], nodeMask: 30 },
      ],
    },
  });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

async function start(node: string, name: string, pool?: string, namespace = 'default'): Promise<void> {
  const annotations = pool === undefined ? {} : { annotations: { [IP_POOL_ANNOTATION]: pool } };
  await lab.lab.client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...annotations },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.9' }] },
  });
}

async function ipOf(name: string, namespace = 'default'): Promise<string> {
  const { status } = await lab.lab.client.get<Pod>(PODS, name, namespace);
  return status?.podIP ?? '';
}

async function started(node: string, name: string, pool?: string, namespace?: string): Promise<string> {
  await start(node, name, pool, namespace);
  await expect.poll(() => ipOf(name, namespace)).not.toBe('');
  return ipOf(name, namespace);
}

async function stop(name: string): Promise<void> {
  await lab.lab.client.delete(PODS, name, 'default', { gracePeriodSeconds: 0 });
}

async function cidrsOf(node: string, pool: string): Promise<readonly string[]> {
  const { spec } = await lab.lab.client.get<NodeNetwork>(NODE_NETWORKS, node);
  return spec.pools?.allocated?.find((each) => each.pool === pool)?.cidrs ?? [];
}

const inside = (cidr: string, ip: string) => Cidr.parseExact(cidr).contains(Ip.parse(ip));

/** Whether one pod reaches another one's address. */
async function reaches(node: string, name: string, address: string): Promise<boolean> {
  const { metadata } = await lab.lab.client.get<Pod>(PODS, name, 'default');
  return lab.reaches(node, metadata.uid!.replaceAll('-', ''), address);
}

test('pods get addresses of the pool they name, or their namespace, and reach each other', async () => {
  const plain = await started('n1', 'plain');
  expect(inside('10.40.0.0/24', plain)).toBe(true);
  const red = await started('n1', 'red-1', 'red');
  const far = await started('n2', 'red-2', 'red');
  for (const ip of [red, far]) expect([ip, inside('10.50.0.0/28', ip)]).toEqual([ip, true]);
  await lab.lab.client.create(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team', annotations: { [IP_POOL_ANNOTATION]: 'red' } },
  });
  const team = await started('n2', 'team-1', undefined, 'team');
  expect(inside('10.50.0.0/28', team)).toBe(true);
  for (const ip of [red, far, team]) {
    await expect.poll(() => reaches('n1', 'plain', ip)).toBe(true);
  }
  await expect.poll(() => reaches('n2', 'red-2', plain)).toBe(true);
  await expect.poll(() => reaches('n2', 'red-2', red)).toBe(true);
});

test('a node reports the fill of each CIDR, and the API says what is asked for', async () => {
  await expect
    .poll(async () => (await lab.lab.client.get<NodeNetwork>(NODE_NETWORKS, 'n1')).status?.ipam?.cidrs)
    .toContainEqual(expect.objectContaining({ pool: 'red', capacity: 2, used: 1, cooling: 0 }));
  const { spec } = await lab.lab.client.get<NodeNetwork>(NODE_NETWORKS, 'n1');
  expect(spec.pools?.requested).toContainEqual({ pool: 'red', needed: { ipv4: 1 } });
  const given = [...(await cidrsOf('n1', 'default')), ...(await cidrsOf('n1', 'red'))];
  expect(spec.podCIDRs?.toSorted()).toEqual(given.sort());
});

test('a pod waits for a full pool, and is refused when that takes too long', async () => {
  for (const name of ['red-3', 'red-4']) await started('n1', name, 'red');
  expect([await cidrsOf('n1', 'red'), await cidrsOf('n2', 'red')].map(({ length }) => length)).toEqual([
    2, 1,
  ]);
  await start('n2', 'red-5', 'red');
  const why = async () => (await lab.lab.client.get<NodeNetwork>(NODE_NETWORKS, 'n2')).status?.operator;
  await expect.poll(async () => (await why())?.reason).toBe('PoolFull');
  expect(await ipOf('red-5')).toBe('');
});

test('a CIDR goes back when it is empty, and the node that waits for it has it', async () => {
  for (const name of ['red-1', 'red-3', 'red-4']) await stop(name);
  await expect.poll(() => ipOf('red-5')).not.toBe('');
  await expect.poll(() => cidrsOf('n1', 'red')).toEqual([]);
  expect((await cidrsOf('n2', 'red')).length).toBeGreaterThan(1);
});

test('a pool that grows serves the pods that wait, and one that is not there is waited for', async () => {
  await lab.lab.client.patch(IP_POOLS, 'red', undefined, {
    type: 'merge',
    body: { spec: { ipv4: { cidrs: ['10.50.0.0/30', '10.50.0.4/30', '10.50.0.8/30', '10.60.0.0/26'] } } },
  });
  const grown = await started('n1', 'red-6', 'red');
  await start('n1', 'late', 'blue');
  const blue = { ipv4: { cidrs: ['10.70.0.0/24'], maskSize: 28 } };
  const object = {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'IPPool',
    metadata: { name: 'blue' },
    spec: blue,
  };
  await lab.lab.client.create(IP_POOLS, object);
  await expect.poll(() => ipOf('late')).toBe('10.70.0.1');
  for (const ip of [grown, '10.70.0.1']) await expect.poll(() => reaches('n2', 'red-2', ip)).toBe(true);
});

test('an agent that is killed has its CIDRs and addresses again', async () => {
  const before = [await cidrsOf('n1', 'red'), await cidrsOf('n1', 'blue')];
  const { addresses } = await lab.lab.inventory();
  await lab.lab.kill('agent', 'n1', 0);
  await started('n1', 'after', 'blue');
  expect([await cidrsOf('n1', 'red'), await cidrsOf('n1', 'blue')]).toEqual(before);
  expect((await lab.lab.inventory()).addresses).toEqual(expect.arrayContaining([...addresses!]));
});
