import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

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

/** Reads /proc/<pid>/stat (proc_pid_stat(5)); undefined when the process is gone. */
export function usageOf(pid: number): Usage | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything: fields are counted from behind it, the first being number 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (number: number): number => Number(fields[number - 3]);
  return { cpuSeconds: (at(14) + at(15) + at(16) + at(17)) / ticksPerSecond(), rssBytes: at(24) * PAGE };
}
