import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { type ProcessStat, processStat } from './process-stat.ts';

/** What a process has used, its CPU time with that of programs that it runs or ran (kube-proxy's iptables). */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

const PAGE = 4096;
let ticks: number | undefined;

/** Clock ticks a second that /proc counts in: 100 on every distribution, but it is the kernel's to say. */
function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}

/** Readings of a process that waited for a program of its own meanwhile are made again, this often. */
const TRIES = 3;

/** What a process has used until now, programs that it runs at the time among it; undefined when it is gone. */
export function usageOf(pid: number): Usage | undefined {
  const used = read(pid);
  return used && { cpuSeconds: used.ticks / ticksPerSecond(), rssBytes: used.rssBytes };
}

function read(pid: number): { readonly ticks: number; readonly rssBytes: number } | undefined {
  for (let tries = 1; ; tries++) {
    const stat = processStat(pid);
    if (stat === undefined) return undefined;
    const running = childrenOf(pid).reduce((sum, child) => sum + (read(child)?.ticks ?? 0), 0);
    const waited = ticksOf(stat, 16, 17);
    // One that has ended since is in neither of the two.
    const later = processStat(pid);
    if (later !== undefined && ticksOf(later, 16, 17) !== waited && tries < TRIES) continue;
    return { ticks: ticksOf(stat, 14, 15) + waited + running, rssBytes: Number(stat.field(24)) * PAGE };
  }
}

function ticksOf(stat: ProcessStat, ...fields: readonly number[]): number {
  return fields.reduce((sum, field) => sum + Number(stat.field(field)), 0);
}

/** A child belongs to the thread that made it (CONFIG_PROC_CHILDREN, proc_pid_task(5)); none where the kernel does not tell. */
function childrenOf(pid: number): number[] {
  try {
    return fs
      .readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
