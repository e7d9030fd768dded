/** Who works with a daemon, by process: between its start and their first container nothing else tells. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Remembers that this process does, until it ends. */
export function enterUser(folder: string, pid = process.pid): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${pid}`), '');
}

/** Whether another process does. Those that have ended are forgotten. */
export function hasOtherUsers(folder: string, own = process.pid): boolean {
  mkdirSync(folder, { recursive: true });
  const others = readdirSync(folder)
    .map(Number)
    .filter((pid) => pid !== own);
  const living = others.filter(lives);
  for (const pid of others) if (!living.includes(pid)) rmSync(path.join(folder, `${pid}`), { force: true });
  return living.length > 0;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
