import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { type ProcessStat, processStat } from './process-stat.ts';

/** What a process has used, its CPU time with that of programs it executed and waited for (kube-proxy's iptables). */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

const PAGE = 4096;
/** Fields of proc_pid_stat(5): utime and stime; cutime and cstime. */
const OWN = [14, 15] as const;
const WAITED = [16, 17] as const;
/** Readings of a process that waited for a program of its own meanwhile are made again, this often. */
const TRIES = 3;
let ticks: number | undefined;

/** Clock ticks a second that /proc counts in: 100 on every distribution, but it is the kernel's to say. */
function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}

/** What a process has used until now; undefined when it is gone. */
export function usageOf(pid: number): Usage | undefined {
  const stat = processStat(pid);
  return stat && usage(stat, ticksOf(stat, OWN) + ticksOf(stat, WAITED));
}

/**
 * The same with the CPU time of programs that it still runs: a long one would otherwise count all at once when it ends.
 * Not for what is the parent of processes that are counted by themselves.
 */
export function usageWithPrograms(pid: number): Usage | undefined {
  const stat = processStat(pid);
  return stat && usage(stat, treeTicks(pid) ?? 0);
}

function usage(stat: ProcessStat, cpuTicks: number): Usage {
  return { cpuSeconds: cpuTicks / ticksPerSecond(), rssBytes: Number(stat.field(24)) * PAGE };
}

/** CPU time of a process and of all below it, each part once; undefined when it is gone. */
function treeTicks(pid: number): number | undefined {
  for (let tries = 1; ; tries++) {
    const stat = processStat(pid);
    if (stat === undefined) return undefined;
    const running = childrenOf(pid).reduce((sum, child) => sum + (treeTicks(child) ?? 0), 0);
    const waited = ticksOf(stat, WAITED);
    // One that has ended since is in neither of the two.
    const later = processStat(pid);
    if (later !== undefined && ticksOf(later, WAITED) !== waited && tries < TRIES) continue;
    return ticksOf(stat, OWN) + waited + running;
  }
}

function ticksOf(stat: ProcessStat, fields: readonly number[]): number {
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
