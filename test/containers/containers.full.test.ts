import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerError, dockerOf, stopDocker } from '../../lab/docker/index.ts';
import { ensureProgramImage } from '../../lab/images/index.ts';
import { OWNER_LABEL, sweep } from './sweep.ts';
import { TestContainers } from './test-containers.ts';
import { processMark } from './test-process.ts';

let containers: TestContainers | undefined;
let skipped: string | undefined;

beforeAll(async () => {
  try {
    containers = await TestContainers.open();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    skipped = error.message;
  }
});
afterAll(async () => void (await stopDocker()));

test('what a killed run left is taken away, and nothing of a run that goes on', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  const { engine } = containers!;
  const docker = dockerOf(engine);
  const image = await ensureProgramImage(engine, 'etcd', () => {});
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const make = async (owner: string): Promise<string> => {
    const label = `${OWNER_LABEL}=${owner}`;
    const { stdout } = await docker('create', '--network', 'none', '--label', label, image);
    return stdout.trim().slice(0, 12);
  };
  const networkOf = async (owner: string): Promise<string> => {
    const { stdout } = await docker(
      'network',
      'create',
      '--label',
      `${OWNER_LABEL}=${owner}`,
      `clb-${owner}`,
    );
    return stdout.trim().slice(0, 12);
  };
  const [killed, own] = [processMark(child.pid)!, processMark()!];
  const left = [await make(killed), await networkOf(killed)];
  const ours = await make(own);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(await sweep(engine)).toEqual(left);
  expect(await sweep(engine)).toEqual([]);
  await docker('rm', ours);
});

test('a program that ends in its container says so with its last words', async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-containers-'));
  try {
    await using etcd = await containers!.launch('etcd', ['--data-dir=/proc/none'], folder);
    await expect(etcd.failure()).rejects.toThrow(/^etcd ended with exit status [1-9].*\/proc\/none/s);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
