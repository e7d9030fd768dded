import fs from 'node:fs';
import { mountFilesystem } from '../../kernel/index.ts';

/** Where the chart mounts the node's /sys/fs/cgroup. */
const NODES = '/host/sys/fs/cgroup';
/** Where the agent mounts its own view when the node's has no version 2; it goes with the container. */
const OWN = '/run/churnlab/cgroup2';

/**
 * The root of the node's cgroup v2 hierarchy, below which its processes and pods are. A container has a part of its own
 * (cgroup_namespaces(7)), so that the node's mount is looked at first. Where only version 1 is mounted no container has a
 * namespace of its own, and what is mounted here shows the node's.
 */
export function nodeCgroup(mountinfo = fs.readFileSync('/proc/self/mountinfo', 'utf8')): string {
  const found = findCgroup2(mountinfo, NODES) ?? findCgroup2(mountinfo, OWN);
  if (found !== undefined) return found;
  mountFilesystem('cgroup2', OWN);
  return OWN;
}

/** The first mount of cgroup v2 at a path or below (proc_pid_mountinfo(5)). */
export function findCgroup2(mountinfo: string, below: string): string | undefined {
  for (const line of mountinfo.split('\n')) {
    const [fields = '', source = ''] = line.split(' - ');
    const point = fields.split(' ')[4] ?? '';
    if (source.startsWith('cgroup2 ') && (point === below || point.startsWith(`${below}/`))) return point;
  }
  return undefined;
}
