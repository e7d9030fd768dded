import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setLink, warmThreadPool } from '../kernel/index.ts';
import { makePrivateDirectory } from '../kernel/testing/index.ts';
import { type Counter, METRICS, type Metric } from './index.ts';
import { makeTestNetwork, type TestNetwork, type TestNode } from './testing/test-network.ts';

let directory: string;

beforeAll(async () => {
  await warmThreadPool();
  directory = makePrivateDirectory();
});

/** What the kernel of a new pod says by itself (router solicitations, multicast groups). */
const CHATTER: Metric = 'drop-link-local';
const COUNTED = METRICS.filter((name) => name !== CHATTER);

/** The counters of a node once its packets have come to rest: a connection's end outlives its call. */
async function settled(node: TestNode): Promise<Record<Metric, Counter>> {
  let last = node.datapath.metrics();
  for (let left = 100; left > 0; left--) {
    await setTimeout(20);
    const next = node.datapath.metrics();
    if (COUNTED.every((name) => next[name].packets === last[name].packets)) return next;
    last = next;
  }
  throw new Error(`Expected ${node.name} to come to rest`);
}

/** The counters of a node that move during some work. */
async function moved(node: TestNode, work: () => Promise<unknown>): Promise<Metric[]> {
  const before = await settled(node);
  await work();
  const after = await settled(node);
  return COUNTED.filter((name) => after[name].packets > before[name].packets);
}

describe.each(['direct', 'vxlan'] as const)('%s routing', (routing) => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await makeTestNetwork(routing, directory);
    const { pods, nodes, outside } = network;
    await Promise.all([...Object.values(pods), ...nodes, outside].map((place) => place.peer()));
  });

  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
  });

  describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
    test('packets between pods pass the stack by', async () => {
      const { nodes, pods } = network;
      const client = await pods.a.peer();
      const call = (to: keyof typeof pods) =>
        client.tcp(pods[to].address(family).toString(), { bytes: 50_000 });
      const [out, back] =
        routing === 'direct'
          ? (['forward-remote', 'forward-from-network'] as const)
          : (['forward-overlay', 'forward-from-overlay'] as const);
      expect(await moved(nodes[0], () => call('b'))).toEqual(['forward-local']);
      expect(await moved(nodes[0], () => call('c'))).toEqual([out, back]);
      expect(await moved(nodes[1], () => call('c'))).toEqual([out, back]);
    });

    test('packets of and to the stack are told apart', async () => {
      const { nodes, outside, pods } = network;
      const client = await pods.a.peer();
      const call = (place: typeof outside) => client.tcp(place.address(family).toString());
      expect(await moved(nodes[0], () => call(nodes[0]))).toEqual(['forward-from-stack', 'pass-node']);
      expect(await moved(nodes[0], () => call(outside))).toEqual(['forward-from-stack', 'pass-outside']);
      const big = () => client.udp(pods.b.address(family).toString(), { bytes: 5000 });
      expect(await moved(nodes[0], big)).toEqual(['forward-from-stack', 'pass-fragment', 'pass-stack-flow']);
    });

    test('a pod that shows another address is not heard', async () => {
      const { nodes, pods } = network;
      const stranger = nodes[0].podCidrs
        .find((cidr) => cidr.family === family)!
        .address(99)
        .toString();
      pods.a.sh(`ip address add ${stranger} dev lo${family === 'ipv6' ? ' nodad' : ''}`);
      const client = await pods.a.peer();
      const target = pods.b.address(family).toString();
      const lie = () =>
        expect(client.udp(target, { from: stranger, patience: 200 })).rejects.toThrow('no answer');
      expect(await moved(nodes[0], lie)).toEqual(['drop-spoofed']);
    });

    test('packets to an address that nobody has are dropped, and counted', async () => {
      const { nodes, pods } = network;
      const nobody = nodes[0].podCidrs
        .find((cidr) => cidr.family === family)!
        .address(77)
        .toString();
      const client = await pods.a.peer();
      const call = () => expect(client.udp(nobody, { patience: 200 })).rejects.toThrow('no answer');
      expect(await moved(nodes[0], call)).toEqual(['pass-outside', 'drop-no-endpoint']);
    });

    test('a pod that forgets its gateway is told again', async () => {
      const { nodes, pods } = network;
      const version = family === 'ipv4' ? '-4' : '-6';
      pods.a.sh(`ip ${version} neighbour flush dev eth0 nud permanent`);
      const client = await pods.a.peer();
      const answer = family === 'ipv4' ? 'answer-arp' : 'answer-nd';
      const call = () => client.tcp(pods.b.address(family).toString());
      expect(await moved(nodes[0], call)).toEqual(['forward-local', answer]);
    });
  });

  test('a pod with too large an MTU learns the path MTU', async () => {
    const { nodes, pods } = network;
    const large = network.nodes[0].datapath.podMtu + 50;
    for (const pod of [pods.a, pods.c]) {
      pod.socket.request(setLink(pod.index('eth0'), { mtu: large }));
      pod.node.socket.request(setLink(pod.endpoints[0]!.ifindex, { mtu: large }));
    }
    for (const family of ['ipv4', 'ipv6'] as const) {
      const client = await pods.a.peer();
      const call = async () => {
        const { bytes } = await client.tcp(pods.c.address(family).toString(), { bytes: 300_000 });
        expect(bytes).toBe(300_000);
      };
      expect(await moved(nodes[0], call)).toContain('pass-too-big');
    }
  });
});
