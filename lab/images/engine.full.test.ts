import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareHost, type HostSnapshot, snapshotHost } from '../checks/host-untouched.ts';
import { daemonPaths } from '../docker/daemon-paths.ts';
import { type DockerEngine, dockerOf, stopDocker } from '../docker/index.ts';
import { startPrivateEngine } from '../docker/private-daemon.ts';
import { ensureNative } from '../setup/index.ts';
import { findGo, goEnv } from '../tools/go.ts';
import { filesLayer } from './archive/files-layer.ts';
import { hasImage, loadImage, removeImages } from './engine-images.ts';
import { ENTRYPOINT } from './node/machine-sysctls.ts';
import { coverImage } from './node/pulled-image.ts';

const quiet = (): void => {};
const home = mkdtempSync(path.join(tmpdir(), 'clb-docker-'));
const paths = daemonPaths(home);
/** Of labs that others run on this machine meanwhile. */
const FOREIGN = new RegExp(`churnlab-(?!${paths.cgroup.slice('churnlab-'.length)})|clb-`);

let before: HostSnapshot;
let engine: DockerEngine;
let image: string;

beforeAll(async () => {
  before = await snapshotHost();
  engine = await startPrivateEngine(quiet, undefined, paths);
  const layer = await filesLayer('test', [{ path: 'pause', mode: 0o755, file: await ensureNative('pause') }]);
  image = await loadImage(engine, 'test', { layers: [layer], config: { Entrypoint: ['/pause'] } }, quiet);
});
afterAll(async () => {
  await stopDocker({ force: true, paths });
  rmSync(home, { recursive: true });
});

const docker = (...args: readonly string[]) => dockerOf(engine)(...args);

/** What is not as it was, but for others' labs. */
async function untouched(): Promise<string[]> {
  return compareHost(before, await snapshotHost()).filter((line) => !FOREIGN.test(line));
}

test('the daemon is ours, and asked for again it is the same', async () => {
  expect(engine).toMatchObject({ private: true, host: `unix://${paths.socket}` });
  expect(await startPrivateEngine(quiet, undefined, paths)).toEqual(engine);
});

test('an archive of ours is an image of theirs, under a name made of its contents', async () => {
  expect(image).toMatch(/^churnlab\.dev\/test:[0-9a-f]{12}$/);
  const { stdout } = await docker('image', 'inspect', '--format', '{{json .Config.Entrypoint}}', image);
  expect(JSON.parse(stdout)).toEqual(['/pause']);
});

test('what asks for every capability runs here, as does what is executed in it', async () => {
  await docker('run', '--detach', '--privileged', '--network', 'none', '--name', 'all', image);
  // pause has nothing to execute but itself; it goes on until the container ends.
  await docker('exec', '--detach', '--privileged', 'all', '/pause');
  const { stdout } = await docker('top', 'all', '-o', 'pid,args');
  expect(stdout.match(/\/pause/g)).toHaveLength(2);
});

test('a daemon that runs containers goes on, unless it must not', async () => {
  expect(await stopDocker({ paths })).toBe(false);
  await docker('rm', '--force', 'all');
});

test('an image of others starts behind the cover of the machine’s settings', async () => {
  const covered = await coverImage(engine, image, 'churnlab.dev/test:covered');
  const { stdout } = await docker('image', 'inspect', '--format', '{{json .Config.Entrypoint}}', covered);
  expect(JSON.parse(stdout)).toEqual(ENTRYPOINT);
});

test('our tags can be taken away, but for some', async () => {
  await removeImages(engine, [image]);
  expect(await hasImage(engine, 'churnlab.dev/test:covered')).toBe(false);
  expect(await hasImage(engine, image)).toBe(true);
});

test('what a killed daemon left is removed, too', async () => {
  await docker('network', 'create', '--ipv6', '--subnet', 'fd72:6c62::/64', 'test');
  await docker('run', '--detach', '--privileged', '--network', 'test', image);
  const pid = Number(readFileSync(paths.pid, 'utf8'));
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
  expect(await stopDocker({ paths })).toBe(true);
  expect(await untouched()).toEqual([]);
});

test('a network of containers is gone with the daemon, and the machine is as it was', async () => {
  engine = await startPrivateEngine(quiet, undefined, paths);
  await docker('network', 'create', '--ipv6', '--subnet', 'fd72:6c62::/64', 'test');
  await docker('run', '--detach', '--network', 'test', image);
  expect(await stopDocker({ force: true, paths })).toBe(true);
  expect(readdirSync(home).toSorted()).toEqual(['daemon.json', 'data', 'dockerd.log', 'lock']);
  expect(await untouched()).toEqual([]);
});

test('tests of the front of runc pass, and go vet has nothing to say', async () => {
  const go = await findGo('runc-within-limits', '1.24');
  const options = {
    cwd: path.join(import.meta.dirname, '../docker/runtime'),
    env: goEnv(),
    encoding: 'utf8',
  } as const;
  for (const verb of ['test', 'vet']) {
    const { status, stdout, stderr } = spawnSync(go, [verb, '-trimpath', '.'], options);
    expect(status, stdout + stderr).toBe(0);
  }
});
