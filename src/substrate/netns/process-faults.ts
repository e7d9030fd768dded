import { setTimeout as sleep } from 'node:timers/promises';
import type { NamespaceDaemon } from '../../kernel/index.ts';

const SIGKILL = 9;
const SIGTERM = 15;
const SIGSTOP = 19;
const LOOK_MS = 20;

/** SIGKILL for a process that a daemon runs and starts again; it stays down for `downMs`. */
export async function killProcess(daemon: NamespaceDaemon, name: string, downMs: number): Promise<void> {
  const before = await pidOf(daemon, name);
  await daemon.signal(name, SIGKILL);
  // The daemon starts it again at once: to keep it down, its new life is stopped until the time is over.
  const end = Date.now() + downMs;
  if (downMs === 0) return;
  const pid = await newPid(daemon, name, before);
  await daemon.signal(name, SIGSTOP);
  await sleep(Math.max(0, end - Date.now()));
  process.kill(pid, 'SIGCONT');
}

/** SIGTERM; resolves when its new life has begun. */
export async function restartProcess(daemon: NamespaceDaemon, name: string): Promise<void> {
  const before = await pidOf(daemon, name);
  await daemon.signal(name, SIGTERM);
  await newPid(daemon, name, before);
}

async function pidOf(daemon: NamespaceDaemon, name: string): Promise<number> {
  return (await daemon.list()).find((each) => each.name === name)?.pid ?? 0;
}

async function newPid(daemon: NamespaceDaemon, name: string, old: number): Promise<number> {
  for (;;) {
    const pid = await pidOf(daemon, name);
    if (pid !== 0 && pid !== old) return pid;
    await sleep(LOOK_MS);
  }
}
