import fs from 'node:fs';

export interface ProcessStat {
  readonly name: string;
  /** A field by its number in the manual; from 3 on. */
  readonly field: (number: number) => string;
}

/** Reads /proc/<pid>/stat (proc_pid_stat(5)); undefined when the process is gone. */
export function processStat(pid: number): ProcessStat | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything: fields are counted from behind it, the first being number 3.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return { name: stat.slice(stat.indexOf('(') + 1, end), field: (number) => fields[number - 3] ?? '' };
}
