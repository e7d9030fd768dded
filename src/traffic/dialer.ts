import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IpcClient } from '../ipc/index.ts';
import { NamespaceDaemon } from '../kernel/index.ts';
import type { NamespaceLimits } from './limits.ts';
import { TrafficError } from './traffic-error.ts';

/** Begins the names of dialers under their namespace daemons; several may serve a node, each its own process. */
export const DIALER = 'podnet-dialer';
const LOOK_MS = 2;
const START_TIMEOUT_MS = 10_000;
/** A signal in the middle of a system call would show in latencies: Go's scheduler must not send any. */
const GO_DEBUG = 'asyncpreemptoff=1';

export interface DialerSpec {
  /** A node, or `outside`. */
  readonly node: string;
  /** Directory of its namespace daemon. */
  readonly daemon: string;
  readonly program: string;
  /** Folder for its socket, its log and its samples. */
  readonly directory: string;
}

/**
 * podnet-dialer in one node's mount namespace and cgroup: sockets belong to both, and to the network namespace they are
 * made in. It ends with this object, and with this process however that ends.
 */
export class Dialer implements AsyncDisposable {
  readonly node: string;
  /** Where others reach it, k6 among them. */
  readonly socket: string;
  readonly #name: string;
  readonly #daemon: NamespaceDaemon;
  readonly #ipc: IpcClient;

  private constructor(node: string, socket: string, name: string, daemon: NamespaceDaemon, ipc: IpcClient) {
    this.node = node;
    this.socket = socket;
    this.#name = name;
    this.#daemon = daemon;
    this.#ipc = ipc;
  }

  /** @throws TrafficError process-failed */
  static async start({ node, daemon: directory, program, directory: own }: DialerSpec): Promise<Dialer> {
    const name = `${DIALER}-${randomBytes(3).toString('hex')}`;
    const socket = path.join(own, `${name}-${node}.sock`);
    const log = path.join(own, `dialer-${node}.log`);
    const daemon = await NamespaceDaemon.connect(directory);
    try {
      await daemon.start({
        name,
        argv: [program, '--socket', socket],
        env: { GODEBUG: GO_DEBUG },
        log,
        restart: false,
      });
      const ipc = await reach(socket, () =>
        daemon.list().then((all) => all.some((one) => one.name === name)),
      );
      await ipc.call('own');
      return new Dialer(node, socket, name, daemon, ipc);
    } catch (cause) {
      daemon[Symbol.dispose]();
      const words = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n').at(-1) : '';
      const message = `Dialer of ${node} did not start: ${words || (cause as Error).message}`;
      throw new TrafficError('process-failed', message, { cause });
    }
  }

  call<T>(method: string, params?: unknown, onItem?: (item: never) => void): Promise<T> {
    return this.#ipc.call<T>(method, params ?? null, onItem);
  }

  /** Calls `listener` when the dialer has ended, for whatever reason. */
  onClose(listener: () => void): void {
    this.#ipc.onClose(listener);
  }

  /** What bounds connections from a namespace; the node's own without a path. */
  limits(netns = ''): Promise<NamespaceLimits> {
    return this.call('limits', { netns });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ipc[Symbol.dispose]();
    // It may have ended already: it does when nobody owns it any more.
    await this.#daemon.stop(this.#name).catch(() => {});
    this.#daemon[Symbol.dispose]();
    fs.rmSync(this.socket, { force: true });
  }
}

/** Connects as soon as somebody listens there; gives up when nobody is alive who could. */
export async function reach(socket: string, isAlive: () => Promise<boolean>): Promise<IpcClient> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await IpcClient.connect(socket);
    } catch (error) {
      if (Date.now() > deadline || !(await isAlive())) throw error;
      await sleep(LOOK_MS);
    }
  }
}
