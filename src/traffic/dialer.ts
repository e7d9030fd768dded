import { setTimeout as sleep } from 'node:timers/promises';
import { IpcClient } from '../ipc/index.ts';
import type { DialerProcess } from './host.ts';
import type { NamespaceLimits } from './limits.ts';
import { TrafficError } from './traffic-error.ts';

const LOOK_MS = 2;
const START_TIMEOUT_MS = 10_000;

/** A connection to a podnet-dialer, which ends with this object, and with this process however that ends. */
export class Dialer implements AsyncDisposable {
  readonly name: string;
  readonly #process: DialerProcess;
  readonly #ipc: IpcClient;

  private constructor(name: string, process: DialerProcess, ipc: IpcClient) {
    this.name = name;
    this.#process = process;
    this.#ipc = ipc;
  }

  /** @throws TrafficError process-failed */
  static async connect(name: string, process: DialerProcess): Promise<Dialer> {
    try {
      const ipc = await reach(process);
      await ipc.call('own');
      return new Dialer(name, process, ipc);
    } catch (cause) {
      const words = await process.lastWords().catch(() => '');
      await process.stop();
      const message = `Dialer of ${name} did not start: ${words || (cause as Error).message}`;
      throw new TrafficError('process-failed', message, { cause });
    }
  }

  /** Where others reach it, k6 among them. */
  get socket(): string {
    return this.#process.socket;
  }

  call<T>(method: string, params?: unknown, onItem?: (item: never) => void): Promise<T> {
    return this.#ipc.call<T>(method, params ?? null, onItem);
  }

  /** Calls `listener` when the dialer has ended, for whatever reason. */
  onClose(listener: () => void): void {
    this.#ipc.onClose(listener);
  }

  /** What bounds connections from a namespace; the dialer's own without a path. */
  limits(netns = ''): Promise<NamespaceLimits> {
    return this.call('limits', { netns });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ipc[Symbol.dispose]();
    await this.#process.stop();
  }
}

/** Connects as soon as somebody listens there; gives up when nobody is alive who could. */
async function reach({ socket, isAlive }: DialerProcess): Promise<IpcClient> {
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
