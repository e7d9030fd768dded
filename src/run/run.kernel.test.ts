import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunDocument, readEvents, readRun, readSamples } from '../measure/index.ts';
import { publish, type Verdict } from '../report/index.ts';
import { loadScenario } from '../scenario/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';
import { runScenario } from './index.ts';

const POOLS = { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }], cooldown: '1s' };

const scenarioText = (level: 'pod' | 'cni'): string => `
apiVersion: churnlab.dev/v1alpha1
kind: Scenario
metadata: { name: tiny }
spec:
  seed: 3
  level: ${level}
  lab:
    nodes: 2
    ipam: ${JSON.stringify(POOLS)}
  phases:
    - name: churn
      pods: 40
      arrivals: { process: poisson, rate: 20/s }
      lifetime: { distribution: lognormal, mean: 500ms, p99: 1s }
      deadline: 10s
    - { name: drain, deadline: 20s }
  gates:
    - { rate: failed, max: 0%, because: there is an address for every pod }
    - { invariants: all }
`;

let lab: TestLab;
let results: string;

beforeAll(async () => {
  results = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-results-'));
  lab = await TestLab.up({ nodes: 2, ipam: POOLS });
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
  fs.rmSync(results, { recursive: true });
});

/** Runs the scenario; `meanwhile` is done when its load has begun. */
async function run(
  level: 'pod' | 'cni',
  meanwhile?: () => Promise<unknown>,
): Promise<{ folder: string; document: RunDocument; verdict: Verdict }> {
  const file = path.join(results, `${level}.yaml`);
  fs.writeFileSync(file, scenarioText(level));
  const source = loadScenario(file);
  let work: Promise<unknown> | undefined;
  const { folder, document } = await runScenario({
    lab: lab.lab,
    source,
    scenario: source.on('netns'),
    results,
    onEvent: ({ kind }) => {
      if (kind === 'phase.started') work ??= meanwhile?.();
    },
    signal: new AbortController().signal,
    settleMs: meanwhile ? 500 : 20_000,
  });
  await work;
  return { folder: folder.path, document, verdict: await publish(folder, document) };
}

const broken = ({ invariants }: RunDocument): string[] =>
  invariants.filter(({ violations }) => violations > 0).map(({ name }) => name);

test.each(['pod', 'cni'] as const)('40 pods at level %s leave nothing but a run folder', async (level) => {
  const { folder, document, verdict } = await run(level);
  expect(broken(document)).toEqual([]);
  expect(document.warnings).toEqual([]);
  expect(document.load).toMatchObject({ planned: 40, started: 40, completed: 40, failed: 0, dropped: 0 });
  // 6 on a machine that is too busy for the generator to keep its schedule.
  expect([0, 6]).toContain(verdict.exitCode);
  expect(verdict.gates.map(({ status }) => status)).not.toContain('broken');
  expect(await readRun(folder)).toMatchObject({ id: document.id });
  const samples = await Array.fromAsync(readSamples(folder));
  const adds = samples.filter(({ metric, ok }) => metric === 'cni.add' && ok);
  expect(adds).toHaveLength(40);
  expect(samples.filter(({ metric, ok }) => metric === 'cni.del' && ok)).toHaveLength(40);
  const events = await Array.fromAsync(readEvents(folder));
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
  expect([count('address.granted'), count('address.released')]).toEqual([40, 40]);
});

test('a sandbox that nobody removes is found, with its kind', async () => {
  const { document, verdict } = await run('cni', () => lab.lab.addSandbox('n1', 'leak'));
  expect(broken(document)).toEqual(
    expect.arrayContaining(['leftover-addresses', 'leftover-veth', 'leftover-netns']),
  );
  expect(verdict.exitCode).toBe(4);
  expect(await lab.lab.removeSandbox('n1', 'leak')).toMatchObject({ ok: true });
});

test('a runtime that is killed during a run breaks no invariant', async () => {
  const { document } = await run('pod', () => lab.lab.kill('runtime', 'n1', 0));
  expect(document.load).toMatchObject({ completed: 40, failed: 0 });
  expect(broken(document)).toEqual([]);
});
