/**
 * The contract is what the real kube-apiserver answers. This test asks it again and compares with what is
 * recorded; with `--update` it records anew. etcd and kube-apiserver are containers, of the images that nodes of a kind
 * lab have, or processes where there can be no Docker.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DockerError, stopDocker } from '../../lab/docker/index.ts';
import { ControlPlane, type Launch } from '../../lab/kubernetes/index.ts';
import { TestContainers } from '../containers/test-containers.ts';
import { CONTRACT } from './cases/index.ts';
import { type Endpoint, runCase } from './run-case.ts';

/** Admission plugins whose work the embedded server leaves to its controllers, or does not do: docs/api-server.md. */
const NOT_EMBEDDED = ['DefaultTolerationSeconds', 'Priority', 'TaintNodesByCondition'];

describe('the contract holds for kube-apiserver', () => {
  let folder: string;
  let controlPlane: ControlPlane;
  let endpoint: Endpoint;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'contract-'));
    controlPlane = await ControlPlane.start({
      folder,
      onProgress: (line) => console.log(line),
      disableAdmission: NOT_EMBEDDED,
      ...(await inContainers()),
    });
    const ca = await readFile(path.join(folder, 'certs/apiserver.crt'));
    const dispatcher = new Agent({ connect: { ca } });
    endpoint = { dispatcher, origin: controlPlane.server, token: controlPlane.token };
  });

  afterAll(async () => {
    await endpoint?.dispatcher.destroy();
    await controlPlane?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    await stopDocker();
  });

  test.each(Object.entries(CONTRACT))('%s', async (subject, cases) => {
    const answers: Record<string, unknown> = {};
    for (const [index, one] of cases.entries())
      answers[one.name] = await runCase(endpoint, `${subject}-${index}`, one);
    await expect(`${JSON.stringify(answers, null, 1)}\n`).toMatchFileSnapshot(`recorded/${subject}.snap`);
  });
});

async function inContainers(): Promise<{ readonly launch?: Launch }> {
  try {
    const containers = await TestContainers.open();
    return { launch: (tool, args, folder) => containers.launch(tool, args, folder) };
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    console.log(`etcd and kube-apiserver as processes: ${error.message}`);
    return {};
  }
}
