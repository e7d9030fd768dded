import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error.ts';

const WAIT_MS = 10_000;

/** Where cgroup v2 is mounted: alone, or beside v1 (`/sys/fs/cgroup/unified`). */
export function findCgroup2(mounts = fs.readFileSync('/proc/mounts', 'utf8')): string {
  const entry = mounts.split('\n').find((line) => line.split(' ')[2] === 'cgroup2');
  if (!entry) {
    throw new LabError(
      'not-possible-here',
      'Expected a cgroup v2 hierarchy, found none mounted (see churnlab doctor)',
    );
  }
  return entry.split(' ')[1]!;
}

/** The cgroup of a lab; its name holds a hash of the lab's directory, so that clones do not meet. */
export function cgroupPath(labDirectory: string): string {
  const hash = createHash('sha256').update(labDirectory).digest('hex').slice(0, 8);
  return path.join(findCgroup2(), `churnlab-${path.basename(labDirectory)}-${hash}`);
}

/** Cgroups below `root`, leaves first, `root` last. */
function withChildren(root: string): string[] {
  const children = fs.readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((entry) => withChildren(path.join(root, entry.name))), root];
}

/** Processes in a cgroup and all below it. */
export function processesOf(root: string): number[] {
  if (!fs.existsSync(root)) return [];
  return withChildren(root).flatMap((directory) =>
    fs.readFileSync(path.join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number),
  );
}

/**
 * Kills everything in a cgroup, however it came there, and removes it. Does nothing when it is gone.
 * @throws LabError left-behind when something survives SIGKILL for 10 s
 */
export async function removeCgroup(root: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (fs.existsSync(root)) {
    killAll(root);
    if (processesOf(root).length === 0) {
      try {
        for (const directory of withChildren(root)) fs.rmdirSync(directory);
        return;
      } catch (error) {
        // EBUSY: a dying process is still counted.
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      }
    }
    if (Date.now() > deadline) {
      throw new LabError('left-behind', `processes ${processesOf(root).join(', ')} in ${root} do not end`);
    }
    await sleep(5);
  }
}

function killAll(root: string): void {
  const all = path.join(root, 'cgroup.kill');
  if (fs.existsSync(all)) {
    fs.writeFileSync(all, '1');
    return;
  }
  // Kernels before 5.14 have no cgroup.kill.
  for (const pid of processesOf(root)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}
