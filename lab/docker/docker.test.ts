import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canRaiseLimits } from './capabilities.ts';
import { daemonConfig } from './daemon-config.ts';
import { daemonPaths } from './daemon-paths.ts';
import { cgroupRoots } from './host-traces.ts';
import { enterUser, hasOtherUsers } from './users.ts';

test('CAP_SYS_RESOURCE is looked for in what can be given, not in what is in effect', () => {
  const status = (bounding: string) => `CapEff:\t000001ffffffffff\nCapBnd:\t${bounding}\n`;
  expect(canRaiseLimits(status('000001ffffffffff'))).toBe(true);
  expect(canRaiseLimits(status('000001fffeffffff'))).toBe(false);
  expect(canRaiseLimits('')).toBe(false);
});

test('the daemon touches neither forwarding nor filters, and keeps its things together', () => {
  const paths = daemonPaths('/cache/docker');
  const config = daemonConfig(paths);
  expect(config).toMatchObject({
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    hosts: ['unix:///cache/docker/docker.sock'],
    'cgroup-parent': `/${paths.cgroup}`,
  });
  for (const place of [paths.data, paths.run, paths.pid]) expect(place).toMatch(/^\/cache\/docker\//);
  expect(config).not.toHaveProperty('runtimes');
});

test('two daemons have cgroups of their own: what one removes is not the other’s', () => {
  expect(daemonPaths('/a').cgroup).not.toBe(daemonPaths('/b').cgroup);
});

test('a front is a runtime of its own name', () => {
  expect(daemonConfig(daemonPaths('/x'), '/front')).toMatchObject({
    'default-runtime': 'churnlab-runc',
    runtimes: { 'churnlab-runc': { path: '/front' } },
  });
});

test('hierarchies of both versions are found', () => {
  const mounts =
    'cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\nnone /sys/fs/cgroup/unified cgroup2 rw 0 0\nproc /proc proc rw 0 0\n';
  expect(cgroupRoots(mounts)).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified']);
});

test('a process that works with a daemon keeps it up, until it ends', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-users-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  enterUser(folder);
  expect(hasOtherUsers(folder)).toBe(false);
  enterUser(folder, process.ppid);
  expect(hasOtherUsers(folder)).toBe(true);
  const { pid } = spawnSync('true');
  rmSync(path.join(folder, `${process.ppid}`));
  enterUser(folder, pid);
  expect(hasOtherUsers(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([`${process.pid}`]);
});
