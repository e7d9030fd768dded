import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import { IpcClient } from '../ipc/index.ts';
import { PODS, type Pod } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';
import { DIALER } from './daemon-dialer.ts';
import { programmedSample, removedSample, Traffic, type TrafficPrograms } from './index.ts';

const PORTS = [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] as const;
const POOLS = [
  { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
  { cidrs: ['fd00:20::/104'], nodeMask: 120 },
];

const PATIENT = { timeout: 14_000, interval: 10 };

let lab: TestLab;
let traffic: Traffic;
/** Addresses of the pods that answer, IPv4 first. */
const addresses = new Map<string, readonly string[]>();

beforeAll(async () => {
  const [dialer, responder] = await Promise.all(
    ['podnet-dialer', 'podnet-responder'].map((name) => ensureTool(name)),
  );
  lab = await TestLab.up({ nodes: 2, ipam: { pools: POOLS, cooldown: '1s' } });
  // One pod is there before anything can answer for it.
  await createPod('near', 'n1');
  const programs: TrafficPrograms = { dialer: dialer!, responder: responder! };
  traffic = await Traffic.start(lab.lab.trafficHost(), programs);
  await createPod('far', 'n2');
  await createPod('client', 'n1');
});

afterAll(async () => {
  await traffic?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

async function createPod(name: string, node: string): Promise<void> {
  await lab.lab.client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'none', ports: PORTS }] },
  });
  const { podIPs } = await vi.waitFor(async () => {
    const { status } = await lab.lab.client.get<Pod>(PODS, name, 'default');
    expect(status?.phase).toBe('Running');
    return status!;
  }, PATIENT);
  addresses.set(
    name,
    podIPs!.map(({ ip }) => ip),
  );
}

async function deletePod(name: string): Promise<number> {
  await lab.lab.client.delete(PODS, name, 'default', {});
  return monotonicNs();
}

function address(pod: string, family: 'ipv4' | 'ipv6', port: number): string {
  const [v4, v6] = addresses.get(pod)!;
  return family === 'ipv4' ? `${v4}:${port}` : `[${v6}]:${port}`;
}

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  test.each(['near', 'far'] as const)('every kind reaches pod %s, which says who it is', async (pod) => {
    const name = `default/${pod}`;
    const spec = { from: 'client', to: address(pod, family, 80), count: 20, expect: [name] };
    const results = [
      await traffic.crr(spec),
      await traffic.rr({ ...spec, clients: 2 }),
      await traffic.http({ ...spec, fresh: true }),
      await traffic.stream({ ...spec, count: 2, size: 100_000 }),
      await traffic.udp({ ...spec, to: address(pod, family, 53), unconnected: true }),
    ];
    for (const { counts } of results) {
      expect(counts).toMatchObject({
        ok: counts.count,
        failed: {},
        misrouted: 0,
        backends: { [name]: counts.count },
      });
    }
    expect(results[3]!.counts.bytes).toBe(200_000);
  });
});

test('a batch gives raw samples of what it clocked, with where it was', async () => {
  const result = await traffic.crr({
    from: 'client',
    to: [address('near', 'ipv4', 80), address('near', 'ipv4', 81)],
    count: 10,
    labels: { path: 'direct' },
  });
  expect(result.counts).toMatchObject({ ok: 5, failed: { refused: 5 } });
  const samples = [...result.samples()];
  const of = (metric: string) => samples.filter((sample) => sample.metric === metric);
  expect(of('service.connect')).toHaveLength(10);
  expect(of('service.request')).toHaveLength(5);
  expect(of('service.crr_rate')).toEqual([
    expect.objectContaining({ node: 'n1', pod: 'default/client', labels: { path: 'direct' }, ok: true }),
  ]);
  expect(result.connect?.p99.atLeast).toBe(true);
  expect(result.request?.p99).toMatchObject({ atLeast: false });
  expect(result.rate).toBeCloseTo(of('service.crr_rate')[0]!.ns, 6);
});

test('nodes and the world outside can be dialled from, other places cannot', async () => {
  const to = address('far', 'ipv4', 80);
  expect((await traffic.crr({ from: 'n1', to })).counts).toMatchObject({ ok: 100 });
  // The world has no route to pods.
  expect((await traffic.crr({ from: 'outside', to })).counts).toMatchObject({ failed: { unreachable: 100 } });
  await expect(traffic.crr({ from: 'fabric', to })).rejects.toThrow(
    'Expected a node, a pod or outside to dial from',
  );
  await expect(traffic.crr({ from: 'clint', to })).rejects.toThrow('pods of nearly that name: client');
  await expect(traffic.crr({ from: 'client', to: 'far:80' })).rejects.toMatchObject({ code: 'bad-batch' });
});

test('a probe sees a pod begin and cease to answer', async () => {
  await createPod('target', 'n2');
  const to = address('target', 'ipv4', 80);
  await using probe = await traffic.probe({ from: 'client', to, timeoutMs: 20 });
  const report = await probe.firstAnswer();
  expect(programmedSample(probe, report, 0)).toMatchObject({
    metric: 'service.programmed',
    ok: true,
    node: 'n1',
  });
  const goneNs = await deletePod('target');
  const failedSince = (since: number) => (news: typeof report) =>
    Object.values(news.failed).some(({ lastNs }) => lastNs > since);
  const last = (await probe.until(failedSince(goneNs))).backends['default/target']!.lastNs;
  await probe.until(failedSince(last));
  const end = await probe.end();
  expect(removedSample(probe, end, 'default/target', goneNs)).toMatchObject({
    metric: 'service.removed',
    ok: true,
  });
  expect(end.misrouted).toBe(0);
});

test('who waits for a probe hears when its dialer ends, and the next call has a new one', async () => {
  await using probe = await traffic.probe({ from: 'n2', to: address('far', 'ipv4', 81) });
  const never = probe.firstAnswer();
  const [dialer] = (await lab.daemon('n2').list()).filter(({ name }) => name.startsWith(DIALER));
  await Promise.all([
    expect(never).rejects.toThrow('The dialer of n2 ended'),
    lab.daemon('n2').signal(dialer!.name, 9),
  ]);
  expect((await traffic.crr({ from: 'n2', to: address('far', 'ipv4', 80) })).counts.ok).toBe(100);
  await expect(traffic.probe({ from: 'n2', to: 'far' })).rejects.toThrow(
    'probe from n2: expected an address',
  );
  const late = await traffic.probe({ from: 'n2', to: address('far', 'ipv4', 81) });
  await expect(late.firstAnswer(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  expect((await late.end()).misrouted).toBe(0);
});

test('answers outlive the runtime, and come back with a responder that was killed', async () => {
  const ask = async () =>
    (await traffic.crr({ from: 'client', to: address('far', 'ipv4', 80), count: 1 })).counts.ok;
  await lab.lab.restart('runtime', 'n2');
  expect(await ask()).toBe(1);
  await createPod('later', 'n2');
  expect((await traffic.crr({ from: 'client', to: address('later', 'ipv4', 80) })).counts.backends).toEqual({
    'default/later': 100,
  });
  await lab.daemon('n2').signal('podnet-responder', 9);
  await expect.poll(ask).toBe(1);
  await deletePod('later');
});

test('limits are those of the namespace', async () => {
  const load = {
    protocol: 'tcp',
    ratePerSecond: 2000,
    seconds: 60,
    close: 'fin',
    destinations: 1,
    clients: 1,
  } as const;
  const [ports] = await traffic.limits('client', load);
  expect(ports).toMatchObject({ limit: 'source-ports', needed: 120_001, fits: false });
});

test('the generator measures itself in a namespace of its own, and leaves nothing', async () => {
  const limit = await traffic.generatorLimit('n1', 50);
  expect(limit.crr.rate).toBeGreaterThan(0);
  expect(limit.crr.connect?.p50.value).toBeGreaterThan(0);
  expect(limit.stream.throughput).toBeGreaterThan(0);
  expect((await lab.sh('n1', 'ls /run/netns')).stdout).not.toContain('podnet-self');
});

test('a dialer ends with its owner', async () => {
  const dialers = async () => (await lab.daemon('n2').list()).filter(({ name }) => name.startsWith(DIALER));
  await traffic.crr({ from: 'n2', to: address('far', 'ipv4', 80), count: 1 });
  const socket = path.join(lab.directory.path, 'orphan.sock');
  const orphan = { name: `${DIALER}-orphan`, argv: [await ensureTool(DIALER), '--socket', socket] as const };
  await lab.daemon('n2').start({ ...orphan, env: {}, log: `${socket}.log`, restart: false });
  const owner = await vi.waitFor(() => IpcClient.connect(socket), PATIENT);
  await owner.call('own');
  expect(await dialers()).toHaveLength(2);
  owner[Symbol.dispose]();
  await expect.poll(dialers).toHaveLength(1);
});
