import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { CMD } from '../kernel/bpf/abi.ts';
import { openBpfDescriptors } from '../kernel/bpf/index.ts';
import { Attr, tryBpf } from '../kernel/bpf/syscall.ts';
import { listFilters, parseBpfFilter, warmThreadPool } from '../kernel/index.ts';
import { close } from '../kernel/libc.ts';
import { makePrivateDirectory } from '../kernel/testing/index.ts';
import { connectNodes, makeTestNetwork, type TestNetwork, type TestNode } from './testing/test-network.ts';

let network: TestNetwork;

beforeAll(async () => {
  await warmThreadPool();
  network = await makeTestNetwork('direct', makePrivateDirectory());
});

const programsOn = (node: TestNode, ifindex: number): number[] =>
  node.socket
    .dump(listFilters({ ifindex, direction: 'ingress' }))
    .flatMap((message) => parseBpfFilter(message)?.programId ?? []);

test('connections live on while no agent runs, and when one starts again', async () => {
  const { pods, nodes, options } = network;
  const [client] = await Promise.all([pods.a.peer(), pods.c.peer()]);
  await client.open(pods.c.address('ipv4').toString());
  expect(await client.say(1000)).toBe(1000);
  const endpoints = nodes[0].datapath.endpoints();
  const before = programsOn(nodes[0], pods.a.endpoints[0]!.ifindex);

  for (const node of nodes) node.datapath[Symbol.dispose]();
  expect(openBpfDescriptors()).toEqual([]);
  expect(await client.say(100_000)).toBe(100_000);

  for (const node of nodes) node.open(options);
  expect(nodes.map((node) => node.datapath.origin)).toEqual(['reused', 'reused']);
  expect(nodes[0].datapath.endpoints()).toEqual(endpoints);
  expect(before).toHaveLength(1);
  expect(programsOn(nodes[0], pods.a.endpoints[0]!.ifindex)).toEqual(before);
  expect(await client.say(100_000)).toBe(100_000);
});

test('new programs take the place of the old ones without losing a packet', async () => {
  const { pods, nodes, options } = network;
  const client = await pods.a.peer();
  await client.flood(pods.c.address('ipv6').toString());
  const before = programsOn(nodes[0], pods.a.endpoints[0]!.ifindex);
  const [endpoints, remotes] = [nodes[0].datapath.endpoints().length, nodes[0].datapath.remotes().length];
  for (const node of nodes) {
    node.datapath[Symbol.dispose]();
    // Maps of another size are new maps, so the programs are new ones too.
    node.open({ ...options, sizes: { endpoints: 128, remotes: 128 } });
    expect(node.datapath.origin).toBe('loaded');
  }
  expect(nodes[0].datapath.endpoints()).toHaveLength(endpoints);
  expect(nodes[0].datapath.remotes()).toHaveLength(remotes);
  const after = programsOn(nodes[0], pods.a.endpoints[0]!.ifindex);
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  const { sent, answered } = await client.stopFlood();
  expect(sent).toBeGreaterThan(10);
  expect(answered).toBe(sent);
});

test('a full map says which, and which option makes it larger', () => {
  const { nodes, options, pods } = network;
  nodes[0].datapath[Symbol.dispose]();
  nodes[0].open({ ...options, sizes: { endpoints: 8, remotes: 4 } });
  const { datapath } = nodes[0];
  const [endpoint] = pods.a.endpoints;
  const fill = () => {
    for (let host = 100; host < 120; host++) {
      datapath.upsertEndpoint({ ...endpoint!, address: nodes[0].podCidrs[0]!.address(host) });
    }
  };
  expect(fill).toThrow(
    /^add endpoint 10\.20\.1\.1\d\d: BPF map endpoints is full \(option sizes\.endpoints is 8\)$/,
  );
  const cidr = nodes[0].podCidrs[0]!;
  expect(() => datapath.setRemote(cidr, nodes[1].address('ipv4'))).toThrow(
    'add remote prefix 10.20.1.0/24: BPF map remotes is full (option sizes.remotes is 4)',
  );
});

test('with direct routing a prefix lies behind an address of its own family', () => {
  const [one, two] = network.nodes;
  expect(() => one.datapath.setRemote(two.podCidrs[1]!, two.address('ipv4'))).toThrow(
    'Expected a next hop of ipv6 for fd00:20:0:2::/64, got 172.30.0.2',
  );
});

test('what is deleted is gone from maps and routes', () => {
  const { nodes, pods } = network;
  const { datapath } = nodes[0];
  for (const { address } of datapath.endpoints()) expect(datapath.deleteEndpoint(address)).toBe(true);
  expect(datapath.deleteEndpoint(pods.a.address('ipv4'))).toBe(false);
  expect(datapath.endpoints()).toEqual([]);
  for (const { cidr } of datapath.remotes()) expect(datapath.deleteRemote(cidr)).toBe(true);
  expect(datapath.deleteRemote(nodes[1].podCidrs[0]!)).toBe(false);
  expect(datapath.remotes()).toEqual([]);
  expect(nodes[0].sh('ip route; ip -6 route')).not.toMatch(/10\.20\.2\.|fd00:20:0:2/);
  connectNodes(nodes, 'direct');
  expect(nodes[0].sh('ip route')).toContain('10.20.2.0/24 via 172.30.0.2 dev eth0 src 172.30.0.1 onlink');
});

test('pins that somebody has removed are made anew', () => {
  const { nodes, options } = network;
  nodes[0].datapath[Symbol.dispose]();
  nodes[0].sh(`rm ${path.join(options.bpffsDirectory, 'node1', 'maps', 'remotes')}`);
  nodes[0].open({ ...options, sizes: { endpoints: 8, remotes: 4 } });
  expect(nodes[0].datapath.origin).toBe('loaded');
});

test('everything is freed with the namespaces', async () => {
  const [node] = network.nodes;
  const [program] = programsOn(node, node.index('lxc10'));
  const isLoaded = (): boolean => {
    const fd = tryBpf(CMD.progFdById, new Attr(12).u32(0, program!));
    if (fd >= 0) close(fd);
    return fd >= 0;
  };
  expect(isLoaded()).toBe(true);
  await network[Symbol.asyncDispose]();
  // The kernel takes namespaces down in the background.
  for (let left = 200; left > 0 && isLoaded(); left--) await setTimeout(50);
  expect(isLoaded()).toBe(false);
  expect(openBpfDescriptors()).toEqual([]);
});
