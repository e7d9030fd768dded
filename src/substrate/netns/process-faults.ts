import { setTimeout as sleep } from 'node:timers/promises';
import type { NamespaceDaemon } from '../../kernel/index.ts';

const SIGTERM = 15;
const LOOK_MS = 20;

/** SIGKILL for a process that a daemon runs and starts again, and none in its place for `downMs`. Resolves after that. */
export async function killProcess(daemon: NamespaceDaemon, name: string, downMs: number): Promise<void> {
  await daemon.kill(name, downMs);
  await sleep(downMs);
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
