/**
 * What a daemon and its containers make on the machine and nobody removes: cgroups, the place of kernel modules (Docker
 * makes what kind asks it to bind), a key, the folders of containerd's plugins and shims. What was not there before the
 * daemon is removed after it.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Written once by a daemon before 23, read by nobody. */
const KEY = '/etc/docker/key.json';
/** What lies in another before it. */
const SHARED = [
  ...[KEY, '/etc/docker', '/lib/modules'],
  ...['/opt/containerd/bin', '/opt/containerd/lib', '/opt/containerd'],
  ...['/run/containerd/s', '/run/containerd'],
  ...['/run/docker/plugins', '/run/docker'],
];

/** Remembers which of them are not there, beside those of a daemon that was killed, in a file. */
export function rememberTraces(file: string): void {
  const known = readTraces(file);
  const absent = SHARED.filter((each) => known.includes(each) || !existsSync(each));
  writeFileSync(file, JSON.stringify(absent));
}

/**
 * Removes those that were absent, folders as far as they are empty, and the cgroups of the daemon's containers.
 * @param cgroup their parent, below the root of each hierarchy
 */
export function removeTraces(file: string, cgroup: string): void {
  for (const each of readTraces(file)) {
    if (each === KEY) rmSync(KEY, { force: true });
    else removeEmpty(each);
  }
  for (const root of cgroupRoots(readFileSync('/proc/self/mounts', 'utf8')))
    removeCgroups(path.join(root, cgroup));
  rmSync(file, { force: true });
}

function readTraces(file: string): readonly string[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/** Where the hierarchies of both versions are mounted. */
export function cgroupRoots(mounts: string): string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, mount = '']) => mount);
}

/** The kernel removes a cgroup only after those below it, and only when no process is in it. */
function removeCgroups(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(path.join(folder, entry.name));
  }
  removeEmpty(folder);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EBUSY' && code !== 'EEXIST') throw error;
  }
}
