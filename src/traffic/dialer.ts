import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IpcClient, own } from '../ipc/index.ts';
import { RemoteClock } from '../measure/index.ts';
import type { BatchCounts } from './batch.ts';
import { shiftBlock, shiftCounts, shiftReport } from './clock-shift.ts';
import type { DialerProcess } from './host.ts';
import type { NamespaceLimits } from './limits.ts';
import type { ProbeReport } from './probe.ts';
import { decodeBlocks, type SampleBlock } from './sample-block.ts';
import { TrafficError } from './traffic-error.ts';

const LOOK_MS = 2;
/** Through an API server each look is a connection of its own to the node. */
const REMOTE_LOOK_MS = 100;
const START_TIMEOUT_MS = 10_000;

/** A connection to a podnet-dialer, which ends with this object, and with this process however that ends. */
export class Dialer implements AsyncDisposable {
  readonly name: string;
  readonly #process: DialerProcess;
  readonly #ipc: IpcClient;
  /** Of the dialer's machine, where that is another one. */
  readonly #clock: RemoteClock | undefined;

  private constructor(name: string, process: DialerProcess, ipc: IpcClient, clock?: RemoteClock) {
    this.name = name;
    this.#process = process;
    this.#ipc = ipc;
    this.#clock = clock;
  }

  /** @throws TrafficError process-failed */
  static async connect(name: string, process: DialerProcess): Promise<Dialer> {
    try {
      const ipc = await reach(process);
      if (process.remoteFolder === undefined) return new Dialer(name, process, ipc);
      return new Dialer(name, process, ipc, await RemoteClock.open(() => ipc.call<number>('clock')));
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

  call<T>(method: string, params?: unknown): Promise<T> {
    return this.#ipc.call<T>(method, params ?? null);
  }

  /** Bound on how far its instants are from this machine's clock, in ns. */
  get clockErrorNs(): number {
    return this.#clock?.errorNs ?? 0;
  }

  /** One batch; its samples are in `params.samples`, which {@link samplesFile} has named. */
  async batch(params: object): Promise<BatchCounts> {
    return shiftCounts(await this.call<BatchCounts>('batch', params), this.#shift);
  }

  /** What a probe has seen: so far, or in all. */
  async report(method: 'probe.get' | 'probe.remove', id: string): Promise<ProbeReport> {
    return shiftReport(await this.call<ProbeReport>(method, { id }), this.#shift);
  }

  /** Told of what any probe sees, from now on. */
  async followProbes(onReport: (report: ProbeReport) => void): Promise<void> {
    const onItem = (report: ProbeReport): void => onReport(shiftReport(report, this.#shift));
    await this.#ipc.call('probe.follow', null, onItem);
  }

  /** Where the dialer is to write samples: a file of this machine, or one of its own with that name. */
  samplesFile(local: string): string {
    const { remoteFolder } = this.#process;
    return remoteFolder === undefined ? local : path.posix.join(remoteFolder, path.basename(local));
  }

  /** The blocks of such a file, which is gone then; none when nothing was written. @throws TrafficError damaged */
  async takeSamples(file: string): Promise<SampleBlock[]> {
    return Array.from(decodeBlocks(await this.takeFile(file)), (block) => shiftBlock(block, this.#shift));
  }

  /** A file beside the samples, which is gone then; empty when nothing was written. */
  async takeFile(file: string): Promise<Buffer> {
    return this.#process.remoteFolder === undefined ? takeLocal(file) : await this.#fetch(file);
  }

  async #fetch(file: string): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let offset = 0; ; ) {
      const data = await this.call<string>('samples.read', { file, offset });
      const piece = Buffer.from(data, 'base64');
      if (piece.length === 0) break;
      pieces.push(piece);
      offset += piece.length;
    }
    await this.call('samples.remove', { file });
    return Buffer.concat(pieces);
  }

  readonly #shift = (ns: number): number => this.#clock?.shift(ns) ?? ns;

  /** Calls `listener` when the dialer has ended, for whatever reason. */
  onClose(listener: () => void): void {
    this.#ipc.onClose(listener);
  }

  /** What bounds connections from a namespace; the dialer's own without a path. */
  limits(netns = ''): Promise<NamespaceLimits> {
    return this.call('limits', { netns });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clock?.[Symbol.dispose]();
    this.#ipc[Symbol.dispose]();
    await this.#process.stop();
  }
}

/** Owns the dialer as soon as it answers; gives up when nobody is alive who could. */
async function reach({ socket, remoteFolder, isAlive }: DialerProcess): Promise<IpcClient> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await own(socket);
    } catch (error) {
      if (Date.now() > deadline || !(await isAlive())) throw error;
      await sleep(remoteFolder === undefined ? LOOK_MS : REMOTE_LOOK_MS);
    }
  }
}

function takeLocal(file: string): Buffer {
  if (!fs.existsSync(file)) return Buffer.alloc(0);
  const bytes = fs.readFileSync(file);
  fs.rmSync(file);
  return bytes;
}
