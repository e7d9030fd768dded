/** k6 in a pod of a cluster: what it dials, what comes back, and what is left. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { CONFIG_MAPS, JOBS, TEST_RUNS } from '../../../src/kube/index.ts';
import { Fleet, RunNamespace } from '../../../src/run/index.ts';
import type { Lab } from '../../../src/substrate/index.ts';
import { Traffic } from '../../../src/traffic/index.ts';

const CRR = path.resolve(import.meta.dirname, '../../../scenarios/k6/crr.ts');
/** k6 itself would call such an iteration a success. */
const ASTRAY = `
import { crr } from 'k6/x/podnet';
export default () => crr({ from: 'nowhere', to: '127.0.0.1:9' });
`;

/**
 * Runs a script of ours, with what it imports, and one that asks for what is not there.
 * @param by what has to have made the pods
 */
export async function runsScripts(
  lab: Lab,
  { k6, k6Image }: { readonly k6: string; readonly k6Image: string },
  by: 'Job' | 'TestRun' = 'Job',
): Promise<void> {
  const { client, nodes, pods, belonging } = lab;
  await using own = await RunNamespace.make(client, 'scripts', belonging);
  await pods.namespaceReady(own.name);
  const programs = { dialer: '', responder: '', k6, k6Image };
  await using traffic = await Traffic.start(lab.trafficHost(), programs);
  const { signal } = new AbortController();
  await using fleet = await Fleet.make({ client, namespace: own.name, nodes, pods, backends: 2, signal });
  const expected = fleet.backends.map(({ name }) => name);
  const [from] = fleet.clients.values();
  const result = await traffic.script({
    file: CRR,
    places: [from!],
    labels: { phase: 'script' },
    params: {
      to: fleet.backends.map(({ ips }) => `${ips[0]}:80`),
      from: [from],
      ...{ duration: '2s', rate: 10, batch: 5 },
    },
  });
  expect(result.passed).toBe(true);
  // How many of the 20 find k6 ready is the machine's; none may be lost from the account.
  const { counts } = result;
  expect(counts).toMatchObject({ failed: 0, misrouted: 0, requests: 5 * counts.iterations });
  expect(counts.iterations + counts.droppedIterations).toBeGreaterThanOrEqual(20);
  expect(new Set([...result.answers()].map(({ backend }) => backend))).toEqual(new Set(expected));
  const [place] = result.places;
  // As k6-operator calls the Job of its first runner.
  const named = by === 'Job' ? /-script-\d+-[^-]+$/ : /-script-\d+-1-[^-]+$/;
  expect(place).toMatchObject({ isPod: true, name: expect.stringMatching(named) });
  const samples = [...result.samples()].filter(({ metric }) => metric === 'service.connect');
  expect(samples).toHaveLength(counts.requests);
  expect(samples[0]).toMatchObject({ ok: true, pod: place!.name, labels: { phase: 'script' } });

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-script-'));
  const file = path.join(folder, 'astray.ts');
  fs.writeFileSync(file, ASTRAY);
  const failing = traffic.script({ file, places: [from!] });
  await expect(failing).rejects.toMatchObject({
    code: 'script-failed',
    message: expect.stringContaining('expected from to be one of'),
  });
  fs.rmSync(folder, { recursive: true });
  const resources = [CONFIG_MAPS, JOBS, ...(by === 'Job' ? [] : [TEST_RUNS])];
  for (const resource of resources) {
    const left = async () => {
      const { items } = await client.list(resource, { namespace: own.name });
      return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
    };
    // What a TestRun owns, Kubernetes' garbage collector takes away.
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
  }
}
