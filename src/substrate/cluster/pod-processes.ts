import fs from 'node:fs';
import type { Pod } from '../../kube/index.ts';

/** Processes of this machine that belong to pods, by the pods' uids: kubelets name cgroups after them. */
export function processesOf(pods: readonly Pod[]): Map<string, number[]> {
  // The driver `systemd` writes underscores: dashes would be folders.
  const names = pods.map(({ metadata }) => [metadata.uid!, metadata.uid!.replaceAll('-', '_')] as const);
  const found = new Map<string, number[]>(names.map(([uid]) => [uid, []]));
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const cgroup = read(`/proc/${entry}/cgroup`);
    const of = names.find((forms) => forms.some((form) => cgroup.includes(`pod${form}`)));
    if (of && !read(`/proc/${entry}/comm`).startsWith('pause')) found.get(of[0])!.push(Number(entry));
  }
  return found;
}

/** Empty for a process that ends just now. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
