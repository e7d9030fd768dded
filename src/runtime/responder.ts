import { setTimeout as sleep } from 'node:timers/promises';
import { IpcClient } from '../ipc/index.ts';
import type { NamespaceDaemon } from '../kernel/index.ts';

const LOOK_MS = 5;
/** Between two lives the namespace daemon waits up to 5 s. */
const TRIES = 2000;

/** A port on which a pod answers with its name: TCP (also HTTP) or UDP, both families, every address. */
export interface AnsweringPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Who answers, and where. */
export interface AnsweringPod {
  readonly id: string;
  /** What replies carry: `namespace/name`. */
  readonly name: string;
  /** Path of the network namespace as the responder sees it. */
  readonly netns: string;
  readonly ports: readonly AnsweringPort[];
}

export interface ResponderSpec {
  /** Name of the process under its namespace daemon. */
  readonly name: string;
  readonly daemon: NamespaceDaemon;
  /** Path of podnet-responder. */
  readonly program: string;
  /** Its control socket, as the program sees it and as this process does. */
  readonly listensAt: string;
  readonly socket: string;
  readonly log: string;
}

/** A connection to a podnet-responder, which answers for any number of pods of its node. */
export class Responder implements Disposable {
  readonly #ipc: IpcClient;

  private constructor(ipc: IpcClient) {
    this.#ipc = ipc;
  }

  /** Starts one that is kept running, or takes the one that runs under this name. */
  static async start(spec: ResponderSpec): Promise<Responder> {
    const { name, daemon, program, listensAt, socket, log } = spec;
    if (!(await Responder.runs(name, daemon))) {
      const argv = [program, '--socket', listensAt] as const;
      await daemon.start({ name, argv, env: {}, log, restart: true });
    }
    return Responder.connect(socket);
  }

  static async runs(name: string, daemon: NamespaceDaemon): Promise<boolean> {
    return (await daemon.list()).some((each) => each.name === name);
  }

  /** Waits until one answers there. Throws ENOENT or ECONNREFUSED when none does for long. */
  static async connect(socket: string): Promise<Responder> {
    for (let left = TRIES; ; left--) {
      try {
        return new Responder(await IpcClient.connect(socket));
      } catch (error) {
        if (left === 0) throw error;
        await sleep(LOOK_MS);
      }
    }
  }

  /** Answers from now on, on all ports or on none. A pod that is known stays as it is. Throws IpcError (a port is taken). */
  async add(pod: AnsweringPod): Promise<void> {
    await this.#ipc.call('add', pod);
  }

  /** Ends a pod's listeners and its connections. */
  async remove(id: string): Promise<void> {
    await this.#ipc.call('remove', { id });
  }

  list(): Promise<string[]> {
    return this.#ipc.call('list');
  }

  /** Calls `listener` when the process has ended, or this connection to it. */
  onClose(listener: () => void): void {
    this.#ipc.onClose(listener);
  }

  /** Leaves the process running. */
  [Symbol.dispose](): void {
    this.#ipc[Symbol.dispose]();
  }
}
