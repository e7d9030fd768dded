import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureTool } from '../../../lab/tools/index.ts';
import { type RunDocument, type RunEvent, readSamples } from '../../measure/index.ts';
import { labSpec, loadScenario } from '../../scenario/index.ts';
import { toolsOf } from '../../substrate/index.ts';
import { TestLab } from '../../substrate/testing/test-lab.ts';
import type { TrafficPrograms } from '../../traffic/index.ts';
import { runScenario } from '../index.ts';

const SERVICES = ['ebpf', 'iptables-legacy', 'userspace'] as const;
type Services = (typeof SERVICES)[number];
/** In mode userspace connections and affinity are in the process: they would go with it. */
const RESTARTED = { ebpf: 'agent', 'iptables-legacy': 'kube-proxy', userspace: undefined } as const;

/** Scale, churn, rollover, affinity, node ports, UDP and a restart, each in small. */
const scenarioText = (services: string, fault: string | undefined): string => `
apiVersion: churnlab.dev/v1alpha1
kind: Scenario
metadata: { name: small-services }
spec:
  lab: { nodes: 2, services: ${services} }
  phases:
    - { name: web, services: 40, endpoints: 3, backends: { pods: 6 }, mode: closed, inFlight: 8, probes: { services: 4 }, deadline: 20s }
    - { name: ports, services: 4, type: NodePort, endpoints: 2, backends: { pods: 6 }, mode: closed, inFlight: 2 }
    - { name: sticky, services: 2, endpoints: 3, affinity: ClientIP, mode: closed, inFlight: 2 }
    - name: churn
      services: 20
      endpoints: 3
      arrivals: { process: constant, rate: 10/s }
      lifetime: { distribution: fixed, mean: 1s }
      deadline: 20s
      traffic: { kind: crr, services: 10 }
    - { name: first, traffic: { kind: first, services: 10, count: 10 } }
    - { name: crr, traffic: { kind: crr, services: 46, count: 2000 } }
    - { name: direct, traffic: { kind: crr, via: direct, services: 10, count: 500 } }
    - { name: outside, traffic: { kind: crr, via: nodeport, from: outside, services: 4, count: 500 } }
    - { name: rollover, traffic: { kind: crr, services: 40, for: 4s }, endpointChanges: 3/s }
    - { name: open, traffic: { kind: http, services: 10, connections: 4, for: 2s, rate: 100/s } }
    - { name: drain, deadline: 30s }
  faults: [${fault === undefined ? '' : `{ phase: crr, at: 0s, restart: ${fault}, node: n1 }`}]
  gates:
    - { invariants: all }
`;

let results: string;
let programs: TrafficPrograms;

beforeAll(async () => {
  results = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-results-'));
  const [dialer, responder, k6] = await Promise.all(
    ['podnet-dialer', 'podnet-responder', 'k6'].map((name) => ensureTool(name)),
  );
  programs = { dialer: dialer!, responder: responder!, k6: k6! };
});

afterAll(() => fs.rmSync(results, { recursive: true }));

/** One line for each phase and warning: a run that takes too long tells where. */
function tell(services: Services): (event: RunEvent) => void {
  const since = performance.now();
  return (event) => {
    const said = (event.kind === 'phase.started' && event.phase) || (event.kind === 'warning' && event.text);
    if (said) console.log(`${services} ${((performance.now() - since) / 1000).toFixed(1)} s: ${said}`);
  };
}

async function run(services: Services): Promise<{ folder: string; document: RunDocument }> {
  const names = toolsOf(labSpec({ services }));
  const tools = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await ensureTool(name)] as const)),
  );
  await using lab = await TestLab.up({ nodes: 2, services }, { tools });
  const file = path.join(results, `${services}.yaml`);
  fs.writeFileSync(file, scenarioText(services, RESTARTED[services]));
  const source = loadScenario(file);
  const finished = await runScenario({
    lab: lab.lab,
    source,
    scenario: source.prepare('netns'),
    results,
    programs,
    onEvent: tell(services),
    signal: new AbortController().signal,
  });
  await finished.folder.finish(finished.document);
  return { folder: finished.folder.path, document: finished.document };
}

describe.each(SERVICES)('Services through %s', (services) => {
  let folder: string;
  let document: RunDocument;

  beforeAll(async () => {
    ({ folder, document } = await run(services));
  });

  const summary = (key: string) => document.summaries.find((each) => each.key === key);

  test('leave nothing behind, and nobody answers where it does not belong', () => {
    expect(document.invariants.filter(({ violations }) => violations > 0)).toEqual([]);
    const answers = document.invariants.find(({ name }) => name === 'service-answers');
    expect(answers?.checks).toBeGreaterThan(3000);
    expect(document.invariants.map(({ name }) => name)).toContain('service-affinity');
    expect(document.load).toMatchObject({ started: 66, completed: 66, failed: 0 });
  });

  test('are measured in each phase of traffic by itself', () => {
    expect(summary('service.connect{phase=crr}')?.count).toBe(2000);
    expect(summary('service.connect{phase=direct}')?.count).toBe(500);
    expect(summary('service.connect{phase=outside}')?.count).toBe(500);
    expect(summary('service.first_connect{phase=first}')?.count).toBe(10);
    expect(summary('service.connect{phase=first}')).toBeUndefined();
    expect(summary('service.request{phase=open}')?.count).toBeGreaterThan(0);
    // Nothing changes in these but the program that is restarted, and rules outlive it.
    for (const phase of ['crr', 'direct', 'outside', 'open']) {
      expect(summary(`service.errors{phase=${phase}}`)?.max.value, phase).toBe(0);
    }
    for (const phase of ['churn', 'crr', 'direct', 'outside', 'rollover', 'open']) {
      expect(summary(`service.errors{phase=${phase}}`)?.max.value, phase).toBeLessThan(0.02);
      expect(summary(`service.misrouted{phase=${phase}}`)?.max.value).toBe(0);
    }
  });

  test('are probed from every node until they answer, and removed endpoints until they do not', async () => {
    const samples = await Array.fromAsync(readSamples(folder));
    for (const node of ['n1', 'n2']) {
      const programmed = samples.filter((each) => each.metric === 'service.programmed' && each.node === node);
      expect(programmed).toHaveLength(4);
      expect(programmed.every(({ ok, ns }) => ok && ns > 0)).toBe(true);
      expect(samples.some((each) => each.metric === 'service.removed' && each.node === node)).toBe(true);
    }
  });

  test('cost something, which is clocked by whoever writes them', () => {
    if (services === 'ebpf') expect(summary('map.pressure')?.max.value).toBeGreaterThan(0);
    else {
      // Mode userspace has no clock round its writes.
      if (services !== 'userspace') expect(summary('proxy.sync')?.count).toBeGreaterThan(0);
      expect(summary('agent.rss{process=kube-proxy-n1}')?.max.value).toBeGreaterThan(1e6);
    }
  });
});
