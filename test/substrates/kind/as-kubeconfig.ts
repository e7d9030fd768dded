/** The cluster of a kind lab as one that was there before: all that is known of it is its kubeconfig. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { asThere } from '../../../src/cli/lab-match.ts';
import { findContext, type KubeClient, NAMESPACES, PODS, type Pod } from '../../../src/kube/index.ts';
import { monotonicNs, type RunDocument } from '../../../src/measure/index.ts';
import { Fleet, RunNamespace, runScenario } from '../../../src/run/index.ts';
import { loadScenario, type Setting } from '../../../src/scenario/index.ts';
import {
  type AttachOptions,
  attach,
  detach,
  KubeconfigLab,
  LAB_LABEL,
  LabDirectory,
} from '../../../src/substrate/index.ts';
import { Traffic } from '../../../src/traffic/index.ts';
import { CONTRACT_LAB } from '../substrate-contract.ts';
import { installK6Operator } from './k6-operator.ts';
import type { KindUp } from './kind-up.ts';
import { runsScripts } from './script-in-pod.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SMOKE = path.join(ROOT, 'scenarios/smoke.yaml');
const PATIENCE = { timeout: 120_000, interval: 300 };
/** Fewer than the lab has addresses. */
const SMALL: readonly Setting[] = [
  { path: ['phases', 'churn', 'pods'], value: 16 },
  { path: ['phases', 'churn', 'lifetime'], value: { distribution: 'lognormal', mean: '3s', p99: '6s' } },
];

async function optionsOf(up: KindUp, asked: Partial<AttachOptions> = {}): Promise<AttachOptions> {
  return {
    cluster: await findContext({ kubeconfig: up.directory.kubeconfig }),
    images: { responder: up.lab.record.podImage, churnlab: up.options.images.network! },
    needs: {
      pods: 20,
      services: true,
      sharded: true,
      scripts: true,
      missingImages: [],
      allowOtherWorkloads: false,
    },
    temporary: false,
    onPreflight: () => {},
    progress: () => {},
    ...asked,
  };
}

async function ownNamespaces(client: KubeClient): Promise<string[]> {
  const { items } = await client.list(NAMESPACES, { labelSelector: LAB_LABEL });
  return items.map(({ metadata }) => metadata.name!);
}

/** Somebody else's pod stands against it, and nothing of ours is made then. */
export async function refusesOthers(up: KindUp): Promise<void> {
  const { client, pods } = up.lab;
  const home = path.join(os.tmpdir(), `clb-cluster-${process.pid}`);
  const namespace = await RunNamespace.make(client, 'shop');
  await pods.namespaceReady(namespace.name);
  const metadata = { name: 'web', namespace: namespace.name };
  await client.create<Pod>(PODS, { apiVersion: 'v1', kind: 'Pod', metadata, spec: pods.idle() });
  const refused = attach(new LabDirectory('others', home), CONTRACT_LAB, await optionsOf(up));
  await expect(refused).rejects.toMatchObject({
    code: 'unfit-cluster',
    isInput: true,
    message: expect.stringContaining(`other workloads: 1 pod of others (${namespace.name}/web)`),
  });
  expect(await ownNamespaces(client)).toEqual([]);
  expect(fs.existsSync(home)).toBe(false);
  await namespace[Symbol.asyncDispose]();
  const names = async () => (await client.list(NAMESPACES)).items.map(({ metadata: { name } }) => name);
  await expect.poll(names, PATIENCE).not.toContain(namespace.name);
}

/** A churn by two shards, connections and scripts from pods: nothing is shared with this machine but the API. */
export async function runsInside(
  up: KindUp,
  programs: { readonly k6: string; readonly k6Image: string },
): Promise<void> {
  await attached('inside', up, {}, async (lab, home) => {
    expect(lab.spec).toMatchObject({ network: 'churnlab', services: 'ebpf', nodes: up.lab.nodes.length });
    const run = await churn(lab, home);
    expect(run.load).toMatchObject({ planned: 16, started: 16, completed: 16, failed: 0 });
    expect(run.invariants.filter(({ violations }) => violations !== 0)).toEqual([]);
    expect(run.summaries.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['cni.add', 'pod.ready', 'harness.lag']),
    );
    // The clocks are the same one here, and it is found to be so within the bound.
    expect(run.clock.errorNs).toBeGreaterThan(0);
    await connects(lab);
    await runsScripts(lab, programs);
  });
}

/** Where k6-operator is, k6 is its to run. */
export async function runsTestRuns(
  up: KindUp,
  programs: { readonly k6: string; readonly k6Image: string },
): Promise<void> {
  await using _ = await installK6Operator(up);
  await attached('operated', up, { allowOtherWorkloads: true }, async (lab) => {
    await runsScripts(lab, programs, 'TestRun');
  });
}

/** Does something with the cluster as a lab, and leaves nothing of that lab there. */
async function attached(
  name: string,
  up: KindUp,
  needs: Partial<AttachOptions['needs']>,
  body: (lab: KubeconfigLab, home: string) => Promise<void>,
): Promise<void> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-cluster-'));
  const directory = new LabDirectory(name, home);
  try {
    const options = await optionsOf(up);
    await attach(directory, CONTRACT_LAB, { ...options, needs: { ...options.needs, ...needs } });
    await using lab = await KubeconfigLab.open(name, home);
    await body(lab, home);
  } finally {
    await detach(directory, () => {});
    fs.rmSync(home, { recursive: true, force: true });
  }
  expect(await ownNamespaces(up.lab.client)).toEqual([]);
}

async function churn(lab: KubeconfigLab, results: string): Promise<RunDocument> {
  const source = loadScenario(SMOKE).with(SMALL);
  const scenario = asThere(source.prepare('kubeconfig'), lab);
  const { signal } = new AbortController();
  const { document } = await runScenario({
    ...{ lab, source, scenario, results, signal, shards: 2 },
    onEvent: () => {},
  });
  return document;
}

async function connects(lab: KubeconfigLab): Promise<void> {
  const { client, nodes, pods, belonging } = lab;
  await using own = await RunNamespace.make(client, 'connects', belonging);
  await pods.namespaceReady(own.name);
  const { signal } = new AbortController();
  await using traffic = await Traffic.start(lab.trafficHost(), { dialer: '', responder: '' });
  await using fleet = await Fleet.make({ client, namespace: own.name, nodes, pods, backends: 2, signal });
  const to = fleet.backends.map(({ ips }) => `${ips[0]}:80`);
  const expected = fleet.backends.map(({ name }) => name);
  for (const from of fleet.clients.values()) {
    const asked = monotonicNs();
    const result = await traffic.crr({ from, to, count: 40, expect: expected });
    expect(result.counts).toMatchObject({ ok: 40, misrouted: 0 });
    const answers = [...result.answers()];
    expect(answers).toHaveLength(40);
    // By this machine's clock, within the bound on the difference of the two.
    for (const { at } of answers) {
      expect(at).toBeGreaterThan(asked - traffic.clockErrorNs);
      expect(at).toBeLessThan(monotonicNs() + traffic.clockErrorNs);
    }
    await using probe = await traffic.probe({ from, to: to[0]!, once: true, intervalMs: 20 });
    expect(Object.keys((await probe.firstAnswer(AbortSignal.timeout(10_000))).backends)).toEqual([
      expected[0],
    ]);
  }
  expect(traffic.clockErrorNs).toBeGreaterThan(0);
}

/** A run that is killed leaves its namespaces; the next one takes them away. */
export async function cleansUpAfterTheKilled(up: KindUp): Promise<void> {
  const { client } = up.lab;
  const results = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-cluster-'));
  const args = ['run', SMOKE, '--substrate', 'kubeconfig', '--kubeconfig', up.directory.kubeconfig];
  const images = ['--image', `responder=${up.lab.record.podImage}`, '--results', results];
  const runner = spawn(path.join(ROOT, 'node_modules/.bin/node'), [
    path.join(ROOT, 'src/cli/main.ts'),
    ...args,
    ...images,
  ]);
  const ended = once(runner, 'exit');
  await expect.poll(async () => (await podsOfRuns(client)).length, PATIENCE).toBeGreaterThan(2);
  runner.kill('SIGKILL');
  await ended;
  const left = await ownNamespaces(client);
  expect(left.length).toBeGreaterThan(1);
  const home = path.join(results, '.lab');
  const next = new LabDirectory('next', home);
  await attach(next, CONTRACT_LAB, await optionsOf(up, { temporary: true }));
  expect((await ownNamespaces(client)).filter((name) => left.includes(name))).toEqual([]);
  await detach(next, () => {});
  expect(await ownNamespaces(client)).toEqual([]);
  // The killed one's record is in the clone, as that of any lab there.
  for (const name of LabDirectory.list()) {
    const lab = new LabDirectory(name);
    if (name.startsWith('smoke-')) await detach(lab, () => {});
  }
  fs.rmSync(results, { recursive: true });
}

async function podsOfRuns(client: KubeClient): Promise<readonly Pod[]> {
  const names = await ownNamespaces(client);
  const lists = await Promise.all(names.map((namespace) => client.list<Pod>(PODS, { namespace })));
  return lists.flatMap(({ items }) => items);
}
