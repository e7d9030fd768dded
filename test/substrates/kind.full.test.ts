import fs from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { DockerError, stopDocker } from '../../lab/docker/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { prepareKind } from '../../src/cli/prepare-kind.ts';
import { withScriptImage } from '../../src/cli/script-image.ts';
import { dialPrograms } from '../../src/cli/traffic-programs.ts';
import { downKind, KindLab, LabDirectory, upKind } from '../../src/substrate/index.ts';
import { TestContainers } from '../containers/test-containers.ts';
import { cleansUpAfterTheKilled, refusesOthers, runsInside, runsTestRuns } from './kind/as-kubeconfig.ts';
import { collectsWhatContainerdDoesNotKnow } from './kind/gc.ts';
import { KindUp } from './kind/kind-up.ts';
import { makeLabHome, sweepLabHomes } from './kind/lab-home.ts';
import { readMetrics } from './kind/prometheus.ts';
import { pullThroughRegistry } from './kind/registry.ts';
import { runsScripts } from './kind/script-in-pod.ts';
import { uninstallLeavesNothing } from './kind/uninstalled.ts';
import { CONTRACT_LAB, substrateContract } from './substrate-contract.ts';

let up: KindUp;
let skipped: string | undefined;

substrateContract(async () => {
  const home = makeLabHome();
  const directory = new LabDirectory('contract', home);
  const down = async (): Promise<void> => {
    await downKind(directory, () => {});
    await stopDocker();
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    const options = await prepareKind('the test', CONTRACT_LAB, { install: false }, () => {});
    await sweepLabHomes('contract');
    await upKind(directory, CONTRACT_LAB, options);
    const lab = await KindLab.open('contract', home);
    up = new KindUp(lab, directory, options);
    const dispose = async (): Promise<void> => {
      await lab[Symbol.asyncDispose]();
      await down();
    };
    return { lab, programs: await dialPrograms(() => {}), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await down();
    const cannot = error instanceof DockerError && (error.code === 'no-docker' || error.code === 'not-root');
    if (!cannot) throw error;
    skipped = error.message;
    return { skip: skipped };
  }
});

/** Built once, in minutes: more than a test has. */
beforeAll(async () => {
  if (skipped === undefined)
    for (const tool of ['registry', 'prometheus', 'k6', 'k6-operator']) await ensureTool(tool);
});

/** k6 here, and its image on the nodes. */
async function scriptPrograms(): Promise<{ k6: string; k6Image: string }> {
  const k6 = (await ensureTool('k6'))!;
  const programs = await withScriptImage(up.lab, { dialer: '', responder: '', k6 }, () => {});
  return { k6, k6Image: programs!.k6Image! };
}

// The contract is through: what follows uses its cluster.
test('nodes pull an image through a registry beside them', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await pullThroughRegistry(up, await TestContainers.open());
  expect(await up.lab.fence.dropped()).toBe(0);
});

test('Prometheus finds agents by their annotations and reads what they count', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await readMetrics(up, await TestContainers.open());
});

test('as a cluster that was there before it is refused while others have pods there', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await refusesOthers(up);
});

test('k6 runs in pods', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await runsScripts(up.lab, await scriptPrograms());
  expect(await up.lab.fence.dropped()).toBe(0);
});

test('as such a cluster it runs a churn by shards, and connections and scripts are made inside', async ({
  skip,
}) => {
  skip(skipped !== undefined, skipped);
  await runsInside(up, await scriptPrograms());
});

test('where k6-operator is, scripts are its TestRuns', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await runsTestRuns(up, await scriptPrograms());
  expect(await up.lab.fence.dropped()).toBe(0);
});

test('a run that was killed on such a cluster leaves nothing once the next has begun', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await cleansUpAfterTheKilled(up);
});

test('GC on a node takes back what containerd does not know, and nothing else', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await collectsWhatContainerdDoesNotKnow(up);
});

// The last one: there is no network afterwards.
test('helm uninstall leaves nothing of ours', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  await uninstallLeavesNothing(up);
});
