import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHURNLAB_CODES } from '../cni/index.ts';
import { Cidr, Ip } from '../ip/index.ts';
import { NODE_NETWORKS, type NodeNetwork } from '../kube/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';

let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 2,
    ipam: {
      pools: [
        { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
        { cidrs: ['fd00:20::/104'], nodeMask: 112 },
      ],
      cooldown: '300ms',
    },
  });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

async function cidrsOf(node: string): Promise<Cidr[]> {
  const { spec } = await lab.lab.client.get<NodeNetwork>(NODE_NETWORKS, node);
  return spec.podCIDRs!.map((text) => Cidr.parseExact(text));
}

/** Who has an address, by the agent's books and by the kernel's map: `<node> <address>`. */
async function held(): Promise<{ addresses: string[]; endpoints: string[] }> {
  const inventory = await lab.lab.inventory();
  return {
    addresses: [...inventory.addresses!].sort(),
    endpoints: [...inventory['map-entries']!].sort(),
  };
}

test('ADD gives an address of each of the node CIDRs, and pods reach each other on and across nodes', async () => {
  const [a, b, c] = [await lab.addPod('n1', 'a'), await lab.addPod('n1', 'b'), await lab.addPod('n2', 'c')];
  const cidrs = await cidrsOf('n1');
  expect(a.map((ip, i) => cidrs[i]!.contains(Ip.parse(ip)))).toEqual([true, true]);
  for (const ip of [...b, ...c]) expect([ip, lab.reaches('n1', 'a', ip)]).toEqual([ip, true]);
  for (const ip of a) expect([ip, lab.reaches('n2', 'c', ip)]).toEqual([ip, true]);
});

test('CHECK passes for what ADD left, and names what is gone', async () => {
  expect(await lab.plugin('n1', 'CHECK', 'a', { config: { prevResult: prevResult() } })).toEqual({
    exitCode: 0,
  });
  await lab.sh('n1', 'ip address flush dev eth0', 'b');
  const broken = await lab.plugin('n1', 'CHECK', 'b', { config: { prevResult: prevResult() } });
  expect(broken).toMatchObject({ exitCode: 1, code: CHURNLAB_CODES.checkFailed });
  expect(broken.msg).toContain('lost the address');
  await lab.sh('n1', 'ip address flush dev eth0; ip link set eth0 down', 'b');
  expect((await lab.plugin('n1', 'CHECK', 'b', { config: { prevResult: prevResult() } })).msg).toContain(
    'is down',
  );
  expect(await lab.plugin('n1', 'CHECK', 'nobody', { config: { prevResult: prevResult() } })).toMatchObject({
    code: 3,
  });
});

test('CHECK holds the pod against prevResult', async () => {
  await lab.sh('n1', 'ip route del default', 'a');
  const broken = await lab.plugin('n1', 'CHECK', 'a', { config: { prevResult: prevResult() } });
  expect(broken.msg).toContain('interface eth0 has lost the ipv4 default route');
  await lab.sh('n1', 'ip route add default via 169.254.1.1 dev eth0', 'a');
  const config = (sandbox: string) => ({
    prevResult: {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'eth0', sandbox }],
      ips: [{ address: '10.99.0.1/32', interface: 0 }],
    },
  });
  const wrong = await lab.plugin('n1', 'CHECK', 'a', { config: config('/run/netns/a') });
  expect(wrong.msg).toContain('interface eth0 has lost the address 10.99.0.1');
  const other = await lab.plugin('n1', 'CHECK', 'a', { config: config('/run/netns/b') });
  expect(other.msg).toContain('prevResult has eth0 in /run/netns/b, CNI_NETNS is /run/netns/a');
});

test('a pod may have a further interface, which takes over when the first goes', async () => {
  await lab.addPod('n1', 'two');
  const second = await lab.plugin('n1', 'ADD', 'two', { ifname: 'net1' });
  expect(second).toMatchObject({ exitCode: 0 });
  expect(await lab.plugin('n1', 'DEL', 'two')).toEqual({ exitCode: 0 });
  await expect.poll(async () => (await lab.sh('n1', 'ip link show eth0', 'two')).exitCode).not.toBe(0);
  const [near] = await lab.addPod('n1', 'near');
  expect(lab.reaches('n1', 'two', near!)).toBe(true);
  expect(await lab.plugin('n1', 'DEL', 'two', { ifname: 'net1' })).toEqual({ exitCode: 0 });
  expect(await lab.plugin('n1', 'DEL', 'near')).toEqual({ exitCode: 0 });
});

test('a second ADD is refused and takes nothing away from the first', async () => {
  const before = await held();
  expect(await lab.plugin('n1', 'ADD', 'a')).toMatchObject({ code: CHURNLAB_CODES.alreadyAttached });
  expect(await lab.plugin('n1', 'ADD', 'a', { netns: '/run/netns/gone' })).toMatchObject({ code: 8 });
  expect(await held()).toEqual(before);
  expect(await lab.plugin('n1', 'CHECK', 'a', { config: { prevResult: prevResult() } })).toEqual({
    exitCode: 0,
  });
});

test('ADD into a namespace that is not there leaves nothing', async () => {
  const before = await held();
  expect(await lab.plugin('n1', 'ADD', 'nowhere')).toMatchObject({ code: 8 });
  expect(await held()).toEqual(before);
});

test('DEL succeeds with the namespace gone, twice, and for what never was', async () => {
  await lab.sh('n1', 'umount /run/netns/b && rm /run/netns/b');
  for (const id of ['b', 'b', 'never']) expect(await lab.plugin('n1', 'DEL', id)).toEqual({ exitCode: 0 });
  expect((await held()).addresses).toHaveLength(4);
});

test('a container is attached anew after its DEL, in the namespace that it has', async () => {
  await lab.addPod('n1', 'again');
  await lab.plugin('n1', 'DEL', 'again');
  expect(await lab.plugin('n1', 'ADD', 'again')).toMatchObject({ exitCode: 0 });
  expect((await held()).addresses.filter((line) => line.startsWith('n1 '))).toHaveLength(4);
  await lab.plugin('n1', 'DEL', 'again');
});

test('64 ADDs at once get 64 addresses, and GC takes back all that are not valid', async () => {
  const pods = Array.from({ length: 64 }, (_, i) => `many-${i}`);
  const ips = await Promise.all(pods.map((id) => lab.addPod('n1', id)));
  expect(new Set(ips.flat()).size).toBe(128);
  const { addresses, endpoints } = await held();
  expect(endpoints).toEqual(addresses);
  const valid = ['a', 'many-7'].map((containerID) => ({ containerID, ifname: 'eth0' }));
  await lab.plugin('n1', 'GC', '', { config: { 'cni.dev/valid-attachments': valid } });
  const left = await held();
  expect(left.addresses.filter((line) => line.startsWith('n1 '))).toHaveLength(4);
  expect(left.endpoints).toEqual(left.addresses);
  await lab.plugin('n1', 'DEL', 'many-7');
  await lab.sh('n1', 'for each in /run/netns/many-*; do umount $each; rm $each; done');
});

test('STATUS is fine while the node has its CIDR', async () => {
  expect(await lab.plugin('n1', 'STATUS', '')).toEqual({ exitCode: 0 });
});

test('an agent that is killed during a churn of ADDs loses no address and gives none twice', async () => {
  const before = await held();
  const pods = Array.from({ length: 60 }, (_, i) => `churn-${i}`);
  const adding = pods.map((id) => lab.lab.addSandbox('n1', id));
  await Promise.race(adding.slice(10));
  await lab.lab.kill('agent', 'n1', 0);
  const outcomes = await Promise.all(adding);
  const given = outcomes.flatMap(({ ok, ips }) => (ok ? ips : []));
  expect(new Set(given).size).toBe(given.length);
  await expect
    .poll(async () => (await held()).addresses, { timeout: 10_000 })
    .toEqual([...before.addresses, ...given.map((ip) => `n1 ${ip}`)].sort());
  expect((await held()).endpoints).toEqual((await held()).addresses);
  const alive = pods.filter((_, i) => outcomes[i]!.ok);
  for (const id of alive.slice(0, 3).concat(alive.slice(-3))) {
    expect(await lab.plugin('n1', 'CHECK', id, { config: { prevResult: prevResult() } })).toEqual({
      exitCode: 0,
    });
  }
  expect(lab.reaches('n1', alive.at(-1)!, given[0]!)).toBe(true);
  const removed = await Promise.all(alive.map((id) => lab.lab.removeSandbox('n1', id)));
  expect(removed.every(({ ok }) => ok)).toBe(true);
  expect(await held()).toEqual(before);
});

test('while the agent is down ADD waits for it and DEL is queued', async () => {
  await lab.addPod('n2', 'leaving');
  const queue = path.join(lab.root('n2'), 'var/lib/cni/churnlab/queue');
  const down = lab.lab.kill('agent', 'n2', 1500);
  // It does not wait, unlike ADD and STATUS.
  const check = () => lab.plugin('n2', 'CHECK', 'leaving', { config: { prevResult: prevResult() } });
  await expect.poll(async () => (await check()).code).toBe(11);
  expect(await lab.plugin('n2', 'DEL', 'leaving')).toEqual({ exitCode: 0 });
  expect(fs.readdirSync(queue)).toContain('leaving,eth0');
  expect(await lab.addPod('n2', 'arriving')).toHaveLength(2);
  await down;
  expect(fs.readdirSync(queue)).not.toContain('leaving,eth0');
  expect((await held()).addresses.filter((line) => line.startsWith('n2 '))).toHaveLength(4);
});

/** The result that a runtime hands to CHECK. The agent knows better, but the specification asks for one. */
function prevResult(): object {
  return { cniVersion: '1.1.0', interfaces: [], ips: [] };
}
