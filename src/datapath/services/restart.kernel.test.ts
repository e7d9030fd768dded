import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ip } from '../../ip/index.ts';
import { openBpfDescriptors } from '../../kernel/bpf/index.ts';
import { warmThreadPool } from '../../kernel/index.ts';
import { makePrivateDirectory } from '../../kernel/testing/index.ts';
import type { ServicePortSpec, ServiceView } from './index.ts';
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

const VIP = Ip.parse('10.96.0.1');
const at = (name: 'a' | 'b' | 'c') => endpointAt(made.network.pods[name], 'ipv4');
const web = (...names: ('a' | 'b' | 'c')[]): ServicePortSpec =>
  servicePort({ name: 'web', protocol: 'TCP', clusterIp: VIP, nodePort: 30_001, endpoints: names.map(at) });
const dns = (...names: ('a' | 'b' | 'c')[]): ServicePortSpec =>
  servicePort({ name: 'dns', protocol: 'UDP', clusterIp: VIP, endpoints: names.map(at) });

const viewOf = (key: string): ServiceView | undefined =>
  made.services[0]!.view().find((view) => view.key === key);

describe('an agent that starts again', () => {
  test('takes over programs, services and connections; none is without an answer meanwhile', async () => {
    made.set(web('c'), dns('c'));
    const before = made.services[0]!.view();
    const client = await made.network.pods.b.peer();
    await client.open(String(VIP), { port: 80 });
    await client.flood(String(VIP), 80);
    const again = made.restart(0);
    expect(again.origin).toBe('reused');
    expect(again.view().map(({ key: _, ...rest }) => rest)).toEqual(
      before.map(({ key: _, ...rest }) => rest),
    );
    again.load([web('c'), dns('c')]);
    expect(again.view()).toEqual(before);
    expect(await client.say(100_000)).toBe(100_000);
    const { sent, answered } = await client.stopFlood();
    expect(answered).toBe(sent);
  });

  test('changes what differs, and forgets what is gone', () => {
    made.set(web('a', 'c'));
    const [before] = [viewOf(web().key)!];
    const again = made.restart(0);
    again.load([web('b', 'c')]);
    const after = viewOf(web().key)!;
    expect(after.id).toBe(before.id);
    const idOf = ({ backends }: ServiceView, name: 'a' | 'b' | 'c') =>
      backends.find(({ address }) => address === String(at(name).address))?.id;
    expect(idOf(after, 'c')).toBe(idOf(before, 'c'));
    expect(idOf(after, 'a')).toBeUndefined();
    expect(idOf(after, 'b')).toBeGreaterThan(idOf(before, 'c')!);
    expect(viewOf(dns().key)).toBeUndefined();
    expect(again.usage()).toMatchObject({
      frontends: { used: 2 },
      slots: { used: 2 },
      backends: { used: 2 },
    });
  });

  test('finds a service by any of its frontends', () => {
    made.set(web('a'));
    const before = viewOf(web().key)!;
    const again = made.restart(0);
    const moved = { ...web('a'), frontends: [web().frontends[1]!] };
    again.load([moved]);
    expect(viewOf(web().key)).toMatchObject({ id: before.id, frontends: [{ kind: 'NodePort' }] });
  });

  test('with other sizes moves what is there into new maps', async () => {
    made.set(web('c'));
    const again = made.restart(0, { sizes: { frontends: 64, slots: 64, backends: 64 } });
    expect(again.origin).toBe('loaded');
    const client = await made.network.pods.b.peer();
    expect(await client.tcp(String(VIP), { port: 80 })).toMatchObject({ server: 'c' });
    again.load([web('c')]);
  });
});

describe('a full map', () => {
  const many = (count: number): ServicePortSpec[] =>
    Array.from({ length: count }, (_, i) =>
      servicePort({
        name: `s${i}`,
        protocol: 'TCP',
        clusterIp: Ip.parse(`10.96.1.${i}`),
        endpoints: [at('a')],
      }),
    );

  test('is an error that names map, size and option; what fits is there', async () => {
    const services = made.restart(0, { sizes: { frontends: 64, slots: 64, backends: 16 } });
    expect(() => services.load([...many(20), web('a')])).toThrow(
      /^set service test\/s15:\/TCP\/ipv4: BPF map backends is full \(option services\.sizes\.backends is 16\)$/,
    );
    expect([...services.keys()]).toHaveLength(16);
    expect(services.usage()).toMatchObject({ backends: { used: 16, size: 16 }, frontends: { used: 17 } });
  });

  test('leaves what was there as it was', async () => {
    const [services] = made.services;
    const before = services!.view();
    const [first] = many(1);
    expect(() => services!.set({ ...first!, endpoints: [at('a'), at('b')] })).toThrow('is full');
    expect(() => services!.set(web('a', 'b'))).toThrow('is full');
    expect(services!.view()).toEqual(before);
    services!.delete(first!.key);
    services!.set(web('b'));
    expect(await (await made.network.pods.b.peer()).tcp(String(VIP), { port: 80 })).toMatchObject({
      server: 'b',
    });
  });
});

test('numbers come back only when no flow refers to them', async () => {
  const services = made.restart(0);
  services.load([web('c')]);
  const first = viewOf(web().key)!;
  await (await made.network.pods.b.peer()).tcp(String(VIP), { port: 80 });
  services.delete(web().key);
  const referred = services.sweep();
  expect(referred.services).toContain(first.id);
  expect(referred.backends).toContain(first.backends[0]!.id);
  services.set(web('c'));
  expect(viewOf(web().key)!.id).toBeGreaterThan(first.id);
});

test('a frontend that another service takes over stays, when the first one goes', async () => {
  const services = made.restart(0);
  services.load([web('a')]);
  const other = { ...web('c'), key: 'test/other:/TCP/ipv4' };
  services.set(other);
  services.delete(web().key);
  expect(await (await made.network.pods.b.peer()).tcp(String(VIP), { port: 80 })).toMatchObject({
    server: 'c',
  });
});

test('ten thousand services with five endpoints each are loaded, changed and taken over', () => {
  const endpoints = (service: number) =>
    Array.from({ length: 5 }, (_, i) => ({
      ...at('a'),
      address: Ip.fromValue('ipv4', 0x0a14_0000 + service * 5 + i),
      node: i % 2 === 0 ? 'node1' : 'node2',
    }));
  const specs = Array.from({ length: 10_000 }, (_, i) =>
    servicePort({
      name: `s${i}`,
      protocol: 'TCP',
      clusterIp: Ip.fromValue('ipv4', 0x0a60_0000 + i),
      endpoints: endpoints(i),
    }),
  );
  const services = made.restart(0);
  services.load(specs);
  const usage = { frontends: { used: 10_000 }, slots: { used: 50_000 }, backends: { used: 50_000 } };
  expect(services.usage()).toMatchObject(usage);
  const again = made.restart(0);
  again.load(specs);
  expect(again.usage()).toMatchObject(usage);
  again.load([]);
  expect(again.view()).toEqual([]);
});
