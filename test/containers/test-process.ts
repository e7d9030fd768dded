import { readFileSync } from 'node:fs';

/** A process as no other is called, also after its number was given to another: number and start in clock ticks. */
export function processMark(pid = process.pid): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc_pid_stat(5): field 22, counted from behind the name in parentheses, whose next field is number 3.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3];
    return `${pid}.${start}`;
  } catch {
    return undefined;
  }
}

/** Whether the process of a mark still runs. */
export function isAlive(mark: string): boolean {
  return processMark(Number.parseInt(mark, 10)) === mark;
}
