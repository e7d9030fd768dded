import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';

const SOCKET = 'run/containerd/containerd.sock';
const LOOK_MS = 100;
const START_MS = 60_000;

/** Resolves when the node's containerd answers, which its systemd starts in its own time. @throws LabError not-ready */
export async function untilContainerd({ name, pid }: NodeProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await listens(`/proc/${pid}/root/${SOCKET}`))) {
    if (Date.now() > deadline) {
      throw new LabError(
        'not-ready',
        `containerd of node ${name} does not answer after ${START_MS / 1000} s`,
      );
    }
    await sleep(LOOK_MS);
  }
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.on('connect', () => resolve(true)).on('error', () => resolve(false));
    connection.on('connect', () => connection.destroy());
  });
}
