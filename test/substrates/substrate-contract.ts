/**
 * What is true on every substrate: a pod gets an IP of its pool, reaches others, a Service answers, exhaustion is refused
 * with its class, deletion frees. The netns lab is honest because kind agrees (docs/substrates.md).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cidr, Ip } from '../../src/ip/index.ts';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  PODS,
  type Pod,
  SERVICES,
  type Service,
} from '../../src/kube/index.ts';
import type { Inventory } from '../../src/measure/index.ts';
import { RunNamespace } from '../../src/run/index.ts';
import { Fleet } from '../../src/run/services/index.ts';
import { type LabFields, labSpec } from '../../src/scenario/index.ts';
import type { CallFollower, Lab } from '../../src/substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../../src/traffic/index.ts';

/** The lab that the contract is about: two nodes of 14 addresses. */
export const FIELDS = {
  nodes: 2,
  services: 'ebpf',
  ipam: { pools: [{ cidrs: ['10.20.0.0/27'], nodeMask: 28 }], cooldown: '1s', allowExhaustion: true },
} as const satisfies LabFields;
/** More than a node has addresses. */
const TOO_MANY = 16;
/** Two more pods than there are addresses, and two that the cluster's own pods may have. */
const OTHERS = 4;
const LOOK_MS = 200;
const PATIENCE_MS = 120_000;

type Call = Parameters<CallFollower['onCall']>[0];

/** A lab that is up, and what connections are made with. */
export interface Subject extends AsyncDisposable {
  readonly lab: Lab;
  readonly programs: TrafficPrograms;
}

/**
 * Defines the tests. `open` may throw a reason to skip them all: a machine that cannot have the substrate.
 */
export function substrateContract(open: () => Promise<Subject | { readonly skip: string }>): void {
  const pool = Cidr.parse(FIELDS.ipam.pools[0].cidrs[0]).cidr;
  const stack = new AsyncDisposableStack();
  const calls: Call[] = [];
  let skipped: string | undefined;
  let lab: Lab;
  let programs: TrafficPrograms;
  let namespace: string;
  let before: Inventory;

  beforeAll(async () => {
    const opened = await open();
    if ('skip' in opened) {
      skipped = opened.skip;
      return;
    }
    ({ lab, programs } = stack.use(opened));
    // What answers stays when traffic ends.
    await lab.trafficHost().answerForPods(programs.responder);
    await lab.followCalls({
      onCall: (call) => calls.push(call),
      onLinkGone: () => {},
      onRefill: () => {},
    });
    namespace = stack.use(
      await RunNamespace.make(lab.client, `contract-${randomBytes(3).toString('hex')}`),
    ).name;
    await lab.pods.namespaceReady(namespace);
    // What a first pod brings to its node stays there.
    await make(lab.nodes.map((node, i) => ({ name: `first-${i}`, node })));
    await until('a pod on each node', async () => (await podsWithIp()).length === lab.nodes.length);
    await remove(lab.nodes.map((_, i) => `first-${i}`));
    before = await settled();
  });
  afterAll(() => stack.disposeAsync());

  const list = async (): Promise<readonly Pod[]> => (await lab.client.list<Pod>(PODS, { namespace })).items;
  const podsWithIp = async (): Promise<Pod[]> => (await list()).filter(({ status }) => status?.podIP);

  async function make(pods: readonly { readonly name: string; readonly node: string }[]): Promise<void> {
    for (const { name, node } of pods) {
      const metadata = { name, namespace };
      const spec = { ...lab.pods.idle(), nodeName: node };
      await lab.client.create<Pod>(PODS, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    }
  }

  async function remove(names: readonly string[]): Promise<void> {
    for (const name of names) await lab.client.delete(PODS, name, namespace, { gracePeriodSeconds: 1 });
    await until(
      'no such pods',
      async () => !(await list()).some(({ metadata }) => names.includes(metadata.name!)),
    );
  }

  /** The inventory once it does not change any more. */
  async function settled(): Promise<Inventory> {
    for (let last = ''; ; await sleep(LOOK_MS)) {
      const now = await lab.inventory();
      if (JSON.stringify(now) === last) return now;
      last = JSON.stringify(now);
    }
  }

  test('a pod gets an IP of its pool, and the call tells of it', async ({ skip }) => {
    skip(skipped !== undefined, skipped);
    await make([{ name: 'one', node: lab.nodes[0]! }]);
    await until('an IP', async () => (await podsWithIp()).length === 1);
    const [pod] = await podsWithIp();
    const ip = pod!.status!.podIP!;
    expect(pool.contains(Ip.parse(ip))).toBe(true);
    const add = (call: Call): boolean => call.verb === 'ADD' && call.pod === `${namespace}/one`;
    await until('word of the ADD', async () => calls.some(add));
    expect(calls.find(add)).toMatchObject({ ok: true, ips: [ip], node: lab.nodes[0] });
    await remove(['one']);
  });

  test('pods reach each other on both nodes, and a Service answers on both', async ({ skip }) => {
    skip(skipped !== undefined, skipped);
    const { client, nodes, pods } = lab;
    const { signal } = new AbortController();
    await using traffic = await Traffic.start(lab.trafficHost(), programs);
    await using fleet = await Fleet.make({ client, namespace, nodes, pods, backends: 2, signal });
    const names = fleet.backends.map(({ name }) => name);
    const service = await client.create<Service>(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { ports: [{ port: 80 }] },
    });
    await client.create<EndpointSlice>(ENDPOINT_SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
      endpoints: fleet.backends.map(({ ips }) => ({ addresses: ips, conditions: { ready: true } })),
    });
    for (const from of fleet.clients.values()) {
      const direct = await traffic.crr({
        from,
        to: fleet.backends.map(({ ips }) => `${ips[0]}:80`),
        count: 10,
        expect: names,
      });
      expect(direct.counts).toMatchObject({ ok: 10, misrouted: 0 });
      expect(Object.keys(direct.counts.backends).toSorted()).toEqual(names.toSorted());
      const to = `${service.spec.clusterIP}:80`;
      await using probe = await traffic.probe({ from, to, expect: names, once: true, intervalMs: 20 });
      await probe.firstAnswer(AbortSignal.timeout(PATIENCE_MS));
      const through = await traffic.crr({ from, to, count: 50, expect: names });
      expect(through.counts).toMatchObject({ ok: 50, misrouted: 0 });
    }
    await client.delete(ENDPOINT_SLICES, 'web-1', namespace);
    await client.delete(SERVICES, 'web', namespace);
  });

  test('a node without an address refuses with the class, and deletion frees', async ({ skip }) => {
    skip(skipped !== undefined, skipped);
    const node = lab.nodes[1]!;
    await make(Array.from({ length: TOO_MANY }, (_, i) => ({ name: `many-${i}`, node })));
    const refusal = (call: Call): boolean => call.verb === 'ADD' && !call.ok && call.node === node;
    // The first refusals may be about addresses that still rest.
    await until('a node is full', async () => (await podsWithIp()).length >= TOO_MANY - OTHERS);
    await until('a refusal', async () => calls.some((call) => refusal(call) && call.class === 'pool-full'));
    expect(new Set(calls.filter(refusal).map((call) => call.class))).toContain('pool-full');
    const held = await podsWithIp();
    expect(new Set(held.map(({ status }) => status!.podIP)).size).toBe(held.length);
    // Whoever waits gets what comes back.
    const waiting = (await list())
      .filter(({ status }) => !status?.podIP)
      .map(({ metadata }) => metadata.name!);
    expect(waiting.length).toBeGreaterThan(0);
    await remove(held.slice(0, TOO_MANY / 2).map(({ metadata }) => metadata.name!));
    await until('those who wait to be served', async () => {
      const served = (await podsWithIp()).map(({ metadata }) => metadata.name!);
      return waiting.every((name) => served.includes(name));
    });
    await remove((await list()).map(({ metadata }) => metadata.name!));
  });

  test('nothing is left, and no packet would have left the lab', async ({ skip }) => {
    skip(skipped !== undefined, skipped);
    await expect.poll(() => lab.inventory(), { timeout: PATIENCE_MS }).toEqual(before);
    expect((await lab.fence?.dropped()) ?? 0).toBe(0);
  });

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`Expected ${what} within ${PATIENCE_MS / 1000} s`);
      await sleep(LOOK_MS);
    }
  }
}

/** The lab of the contract. */
export const CONTRACT_LAB = labSpec(FIELDS);
