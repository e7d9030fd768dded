import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** In the environment of everything that a test run starts, so that what outlives it is found. */
export const RUN_MARKER = 'CHURNLAB_TEST_RUN';

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Processes that carry the marker of a run, this one and its ancestors aside. */
export function findLeftovers(run: string): Leftover[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readProc(pid, 'environ').split('\0').includes(`${RUN_MARKER}=${run}`))
    .map((pid) => ({ pid: Number(pid), command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== ''); // a zombie is its parent's to bury
}

/** Waits up to `grace` milliseconds for the processes of a run to end by themselves, and kills the rest. */
export async function sweepLeftovers(run: string, grace = 3000): Promise<Leftover[]> {
  const deadline = performance.now() + grace;
  let left = findLeftovers(run);
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(100);
    left = findLeftovers(run);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {} // gone meanwhile
  }
  return left;
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // ended, or not ours
  }
}
