import { execFileSync } from 'node:child_process';
import { processStat } from './process-stat.ts';

/** What a process has used, its CPU time with that of programs it executed and waited for (kube-proxy's iptables). */
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

/** What a process has used until now; undefined when it is gone. */
export function usageOf(pid: number): Usage | undefined {
  const stat = processStat(pid);
  if (stat === undefined) return undefined;
  const at = (number: number): number => Number(stat.field(number));
  return { cpuSeconds: (at(14) + at(15) + at(16) + at(17)) / ticksPerSecond(), rssBytes: at(24) * PAGE };
}
