import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureNative } from '../../../lab/setup/index.ts';
import { NamespaceDaemon } from './index.ts';

const SEARCH_PATH = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

let directory: string;
let pid: number;
let daemon: NamespaceDaemon;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nsd-test-'));
  const binary = await ensureNative('churnlab-nsd');
  pid = await NamespaceDaemon.launch({ binary, directory, name: 'test', newNet: true, nodeMounts: true });
  daemon = await NamespaceDaemon.connect(directory);
});

afterAll(async () => {
  await daemon.shutdown();
  daemon[Symbol.dispose]();
  fs.rmSync(directory, { recursive: true });
});

const sh = (script: string, extra: { netns?: string; stdin?: string } = {}) =>
  daemon.run({ argv: ['/bin/sh', '-c', script], env: SEARCH_PATH, ...extra });

test('a program gets its input, arguments and environment, and its outcome comes back', async () => {
  const outcome = await sh('cat; echo oops >&2; exit 7', { stdin: 'x'.repeat(300_000) });
  expect(outcome).toMatchObject({ exitCode: 7, signal: 0, stderr: 'oops\n' });
  expect(outcome.stdout).toHaveLength(300_000);
  expect(outcome.endedNs).toBeGreaterThan(outcome.startedNs);
  expect(await sh('kill -9 $$')).toMatchObject({ signal: 9 });
});

test('a program that is not there is an error with its name', async () => {
  await expect(daemon.run({ argv: ['/nonexistent'], env: {} })).rejects.toThrow('run /nonexistent: ENOENT');
});

test('pod namespaces are made, entered and removed, and belong to the node', async () => {
  const inode = await daemon.addNetns('pod-1');
  expect((await sh('readlink /proc/self/ns/net')).stdout).not.toBe(`net:[${inode}]\n`);
  await expect(daemon.addNetns('pod-1')).rejects.toThrow('EEXIST');
  await expect(daemon.addNetns('../x')).rejects.toThrow('EINVAL');
  expect((await sh('readlink /proc/self/ns/net', { netns: 'pod-1' })).stdout).toBe(`net:[${inode}]\n`);
  expect((await sh('cat /sys/class/net/lo/flags; ls /run/netns')).stdout).toContain('pod-1');
  expect(fs.existsSync('/run/netns/pod-1')).toBe(false);
  expect(fs.statSync(`/proc/${pid}/root/run/netns/pod-1`).ino).toBe(inode);
  await daemon.deleteNetns('pod-1');
  await expect(daemon.deleteNetns('pod-1')).rejects.toThrow('ENOENT');
});

test('what a program writes to /etc and /var/lib stays in the node', async () => {
  const outcome = await sh(
    'mkdir -p /etc/cni-nsd-test /var/lib/cni-nsd-test && ls -d /etc/cni-nsd-test && stat -f -c %T /sys/fs/bpf',
  );
  expect(outcome.stdout).toBe('/etc/cni-nsd-test\nbpf_fs\n');
  expect(fs.existsSync('/etc/cni-nsd-test')).toBe(false);
  expect(fs.existsSync('/var/lib/cni-nsd-test')).toBe(false);
});

test('a supervised program is restarted when it dies and ends when it is stopped', async () => {
  const log = path.join(directory, 'sleeper.log');
  const lives = path.join(directory, 'lives');
  execFileSync('mkfifo', [lives]);
  /** Waits for the next life, which says its process id. */
  const nextLife = async () => Number(await fs.promises.readFile(lives, 'utf8'));
  const script = `echo up; echo $$ > ${lives}; exec sleep 60`;
  const start = () =>
    daemon.start({ name: 'sleeper', argv: ['/bin/sh', '-c', script], env: SEARCH_PATH, log, restart: true });
  const first = await start();
  expect(await nextLife()).toBe(first);
  await expect(start()).rejects.toThrow('EEXIST');
  process.kill(first, 'SIGKILL');
  const second = await nextLife();
  expect(second).not.toBe(first);
  expect(await daemon.list()).toEqual([{ name: 'sleeper', pid: second, restarts: 1 }]);
  await daemon.stop('sleeper');
  expect(await daemon.list()).toEqual([]);
  expect(fs.readFileSync(log, 'utf8')).toBe('up\nup\n');
});

test('a supervised program that is killed stays away for as long as it is told to', async () => {
  const file = path.join(directory, 'lives');
  const script = `echo $$ >> ${file}; exec sleep 60`;
  const log = path.join(directory, 'held.log');
  const lives = () => fs.readFileSync(file, 'utf8').trim().split('\n');
  fs.rmSync(file);
  const first = await daemon.start({
    name: 'held',
    argv: ['/bin/sh', '-c', script],
    env: SEARCH_PATH,
    log,
    restart: true,
  });
  await expect.poll(() => fs.existsSync(file) && lives()).toEqual([`${first}`]);
  const begin = performance.now();
  await daemon.kill('held', 60_000);
  await expect.poll(() => daemon.list()).toEqual([{ name: 'held', pid: 0, restarts: 0 }]);
  // What was said last counts.
  await daemon.kill('held', 500);
  await expect.poll(async () => (await daemon.list())[0]!.pid).toBeGreaterThan(0);
  expect(performance.now() - begin).toBeGreaterThan(500);
  expect(await daemon.list()).toMatchObject([{ restarts: 1 }]);
  await expect.poll(lives).toHaveLength(2);
  await expect(daemon.kill('other', 0)).rejects.toThrow('kill other: ESRCH');
  await daemon.stop('held');
});

test('many programs at once each get their own answer', async () => {
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => sh(`echo ${i}`)));
  expect(outcomes.map((o) => o.stdout)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}\n`));
});
