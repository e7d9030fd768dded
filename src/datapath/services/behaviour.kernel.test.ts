import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Family, Ip } from '../../ip/index.ts';
import { openBpfDescriptors } from '../../kernel/bpf/index.ts';
import { warmThreadPool } from '../../kernel/index.ts';
import { makePrivateDirectory } from '../../kernel/testing/index.ts';
import type { Place } from '../testing/test-network.ts';
import type { ServiceMetric } from './index.ts';
import {
  endpointAt,
  makeServiceNetwork,
  type ServiceNetwork,
  servicePort,
} from './testing/service-network.ts';

let made: ServiceNetwork;

beforeAll(async () => {
  await warmThreadPool();
  made = await makeServiceNetwork('direct', makePrivateDirectory());
});

afterAll(async () => {
  await made?.[Symbol.asyncDispose]();
  expect(openBpfDescriptors()).toEqual([]);
});

const CLUSTER_IP: Readonly<Record<Family, Ip>> = {
  ipv4: Ip.parse('10.96.0.1'),
  ipv6: Ip.parse('fd00:96::1'),
};
const NODE_PORT = 30_001;
const ENDING = { ready: false, serving: true, terminating: true };
/** Connections enough for each of a few backends to be met: one in a million runs would miss one of two. */
const MANY = 20;

type Caller = 'a' | 'b' | 'c' | 'outside' | 'node1';
const placeOf = (name: Caller): Place => {
  const { nodes, pods, outside } = made.network;
  return { ...pods, outside, node1: nodes[0] }[name];
};

/** Who answers a TCP call, or why nobody does. */
async function tcp(from: Caller, host: Ip, port = 80): Promise<string> {
  const peer = await placeOf(from).peer();
  return peer.tcp(String(host), { port }).then(
    ({ server }) => server,
    (error: Error) => error.message,
  );
}

async function udp(from: Caller, host: Ip, port = 80, options = {}): Promise<string> {
  const peer = await placeOf(from).peer();
  return peer.udp(String(host), { port, patience: 300, ...options }).then(
    ({ server }) => server,
    (error: Error) => error.message,
  );
}

/** Everybody who answers when called often. */
async function answerers(from: Caller, host: Ip, port?: number): Promise<string[]> {
  const seen = new Set<string>();
  for (let i = 0; i < MANY; i++) seen.add(await tcp(from, host, port));
  return [...seen].sort();
}

/** Counters of the first node that move during some work. */
async function moved(work: () => Promise<unknown>): Promise<ServiceMetric[]> {
  const before = made.services[0]!.metrics();
  await work();
  const after = made.services[0]!.metrics();
  return (Object.keys(after) as ServiceMetric[]).filter((name) => after[name].packets > before[name].packets);
}

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  const vip = CLUSTER_IP[family];
  const tcpService = (...endpoints: ReturnType<typeof endpointAt>[]) =>
    servicePort({ name: 'web', protocol: 'TCP', clusterIp: vip, nodePort: NODE_PORT, endpoints });
  const udpService = (...endpoints: ReturnType<typeof endpointAt>[]) =>
    servicePort({ name: 'dns', protocol: 'UDP', clusterIp: vip, nodePort: NODE_PORT, endpoints });
  const nodeIp = (index: 0 | 1) => made.network.nodes[index].address(family);
  const at = (name: 'a' | 'b' | 'c', state = {}) => endpointAt(made.network.pods[name], family, state);

  test('covered sockets never send a packet to a frontend; other packets are translated', async () => {
    made.set(tcpService(at('c')), udpService(at('c')));
    expect(await moved(() => tcp('a', vip))).toEqual(['socket']);
    expect(await moved(() => udp('a', vip))).toEqual(['socket']);
    expect(await moved(() => tcp('b', vip))).toEqual(['packet', 'reply']);
    expect(await moved(() => tcp('outside', nodeIp(0), NODE_PORT))).toEqual(['packet', 'reply', 'snat']);
  });

  test('every backend gets its share', async () => {
    made.set(tcpService(at('a'), at('b'), at('c')));
    expect(await answerers('a', vip)).toEqual(['a', 'b', 'c']);
    expect(await answerers('b', vip)).toEqual(['a', 'b', 'c']);
    expect(await answerers('outside', nodeIp(1), NODE_PORT)).toEqual(['a', 'b', 'c']);
  });

  test('a client calls two frontends from the same port', async () => {
    for (const backend of ['a', 'c'] as const) {
      made.set(tcpService(at(backend)));
      const peer = await made.network.pods.b.peer();
      const localPort = backend === 'a' ? 50_001 : 50_002;
      await peer.open(String(vip), { port: 80, localPort });
      const second = await peer.tcp(String(nodeIp(0)), { port: NODE_PORT, localPort });
      expect(second).toMatchObject({ server: backend, answeredBy: String(nodeIp(0)) });
      expect(await peer.say(1000)).toBe(1000);
    }
  });

  test('a pod reaches itself, and sees somebody else as its client', async () => {
    made.set(tcpService(at('b')), udpService(at('b')));
    expect(await moved(() => tcp('b', vip))).toEqual(['packet', 'reply', 'hairpin']);
    expect(await udp('b', vip)).toBe('b');
    const peer = await made.network.pods.b.peer();
    const { seen } = await peer.tcp(String(vip), { port: 80 });
    expect(seen).toBe(family === 'ipv4' ? '169.254.42.1' : '100::1');
  });

  test('without endpoints calls are refused at once', async () => {
    made.set(tcpService(), udpService());
    for (const from of ['a', 'b'] as const) {
      expect(await tcp(from, vip)).toContain('ECONNREFUSED');
      expect(await udp(from, vip, 80, { connected: true })).toContain('ECONNREFUSED');
    }
    expect(await tcp('outside', nodeIp(0), NODE_PORT)).toContain('ECONNREFUSED');
    expect(await udp('outside', nodeIp(0), NODE_PORT, { connected: true })).toContain('ECONNREFUSED');
  });

  test('internalTrafficPolicy Local stays on the node', async () => {
    made.set({ ...tcpService(at('b'), at('c')), internalLocal: true });
    expect(await answerers('a', vip)).toEqual(['b']);
    expect(await answerers('b', vip)).toEqual(['b']);
    expect(await answerers('c', vip)).toEqual(['c']);
    made.set(
      { ...tcpService(at('b')), internalLocal: true },
      { ...udpService(at('b')), internalLocal: true },
    );
    const drops = () => expect(udp('c', vip)).resolves.toBe('no answer');
    await drops();
    expect(made.services[1]!.metrics()['drop-no-local'].packets).toBeGreaterThan(0);
  });

  test('externalTrafficPolicy Local keeps the client and the node; pods go where they like', async () => {
    made.set({ ...tcpService(at('b'), at('c')), externalLocal: true });
    expect(await answerers('outside', nodeIp(0), NODE_PORT)).toEqual(['b']);
    expect(await answerers('outside', nodeIp(1), NODE_PORT)).toEqual(['c']);
    expect(await answerers('b', nodeIp(0), NODE_PORT)).toEqual(['b', 'c']);
    const peer = await made.network.outside.peer();
    const { seen } = await peer.tcp(String(nodeIp(1)), { port: NODE_PORT });
    expect(seen).toBe(String(made.network.outside.address(family)));
    made.set({ ...udpService(at('c')), externalLocal: true });
    expect(await udp('outside', nodeIp(0), NODE_PORT)).toBe('no answer');
    expect(await udp('outside', nodeIp(1), NODE_PORT)).toBe('c');
  });

  test('what ends is called only while nobody else is there', async () => {
    made.set(tcpService(at('a', ENDING), at('b'), at('c', ENDING)));
    for (const from of ['a', 'b', 'outside'] as const)
      expect(
        await answerers(from, from === 'outside' ? nodeIp(0) : vip, from === 'outside' ? NODE_PORT : 80),
      ).toEqual(['b']);
    made.set(tcpService(at('a', ENDING), at('c', ENDING)));
    expect(await answerers('b', vip)).toEqual(['a', 'c']);
    // Local and ending comes before elsewhere and ready, where the policy is Local.
    made.set({ ...tcpService(at('b', ENDING), at('c')), internalLocal: true });
    expect(await answerers('a', vip)).toEqual(['b']);
  });

  test('a client stays with its backend, until that goes', async () => {
    made.set({ ...tcpService(at('a'), at('b'), at('c')), affinitySeconds: 60 });
    for (const from of ['a', 'b', 'outside'] as const) {
      const [host, port] = from === 'outside' ? [nodeIp(0), NODE_PORT] : [vip, 80];
      const [first, ...others] = await answerers(from, host, port);
      expect(others).toEqual([]);
      const left = (['a', 'b', 'c'] as const).filter((name) => name !== first);
      made.set({ ...tcpService(...left.map((name) => at(name))), affinitySeconds: 60 });
      const [second] = await answerers(from, host, port);
      expect(left).toContain(second);
      made.set({ ...tcpService(at('a'), at('b'), at('c')), affinitySeconds: 60 });
      expect(await answerers(from, host, port)).toEqual([second]);
    }
  });

  test('a removed backend gets nothing new, and keeps the connections that it has', async () => {
    made.set(tcpService(at('c')), udpService(at('c')));
    const peer = await made.network.pods.b.peer();
    await peer.open(String(vip), { port: 80 });
    expect(await udp('b', vip)).toBe('c');
    made.set(tcpService(at('a')), udpService(at('a')));
    expect(await answerers('b', vip)).toEqual(['a']);
    expect(await udp('b', vip)).toBe('a');
    expect(await peer.say(1000)).toBe(1000);
  });

  test('with Maglev a flow has one backend, and both nodes know which', async () => {
    made.set({ ...tcpService(at('a'), at('b'), at('c')), maglev: true });
    expect(await answerers('b', vip)).toEqual(['a', 'b', 'c']);
    expect(made.services[0]!.view().find(({ key }) => key?.startsWith('test/web'))?.algorithm).toBe('maglev');
  });

  test('direct server return: the backend sees the client, its own node answers', async () => {
    made.set({ ...tcpService(at('c')), dsr: true }, { ...udpService(at('c')), dsr: true });
    const peer = await made.network.outside.peer();
    const client = String(made.network.outside.address(family));
    const port = NODE_PORT;
    expect(
      await moved(async () => {
        expect(await peer.tcp(String(nodeIp(0)), { port, bytes: 50_000 })).toEqual({
          seen: client,
          server: 'c',
          answeredBy: String(nodeIp(0)),
          bytes: 50_000,
        });
        expect(await peer.udp(String(nodeIp(0)), { port })).toMatchObject({ seen: client, server: 'c' });
      }),
    ).toEqual(['packet', 'dsr']);
  });

  test('a Service that is deleted is nobody any more', async () => {
    made.set(tcpService(at('a')));
    for (const services of made.services) {
      for (const key of [...services.keys()]) expect(services.delete(key)).toBe(true);
      expect(services.delete('test/none')).toBe(false);
      expect(services.view()).toEqual([]);
      expect(services.usage()).toMatchObject({
        frontends: { used: 0 },
        slots: { used: 0 },
        backends: { used: 0 },
      });
    }
    expect(await udp('a', vip)).toBe('no answer');
  });
});
