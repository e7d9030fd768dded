import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { NamespaceDaemon } from '../kernel/index.ts';
import type { DialerProcess } from './host.ts';

/** Begins the names of dialers under their namespace daemons; several may serve a node, each its own process. */
export const DIALER = 'podnet-dialer';
/** A signal in the middle of a system call would show in latencies: Go's scheduler must not send any. */
export const GO_DEBUG = 'asyncpreemptoff=1';

export interface DaemonDialerSpec {
  /** A node, or `outside`. */
  readonly node: string;
  /** Directory of its namespace daemon. */
  readonly daemon: string;
  readonly program: string;
  /** Folder for its socket and its log. */
  readonly directory: string;
}

/** Starts podnet-dialer in one node's mount namespace and cgroup: sockets belong to both, and to the network namespace they are made in. */
export async function startDaemonDialer(spec: DaemonDialerSpec): Promise<DialerProcess> {
  const { node, program, directory } = spec;
  const name = `${DIALER}-${randomBytes(3).toString('hex')}`;
  const socket = path.join(directory, `${name}-${node}.sock`);
  const log = path.join(directory, `dialer-${node}.log`);
  const daemon = await NamespaceDaemon.connect(spec.daemon);
  try {
    const argv = [program, '--socket', socket] as const;
    await daemon.start({ name, argv, env: { GODEBUG: GO_DEBUG }, log, restart: false });
  } catch (error) {
    daemon[Symbol.dispose]();
    throw error;
  }
  return {
    socket,
    isAlive: async () => (await daemon.list()).some((one) => one.name === name),
    lastWords: async () =>
      fs.existsSync(log) ? (fs.readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') : '',
    stop: async () => {
      // It may have ended already: it does when nobody owns it any more.
      await daemon.stop(name).catch(() => {});
      daemon[Symbol.dispose]();
      fs.rmSync(socket, { force: true });
    },
  };
}
