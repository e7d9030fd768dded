import { once } from 'node:events';
import net from 'node:net';
import { withSocketPath } from './socket-path.ts';
import { LineParser, type ReplyFrame } from './wire.ts';

/** The server refused a call or ended before it answered. */
export class IpcError extends Error {
  override readonly name = 'IpcError';
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly onItem: ((item: never) => void) | undefined;
}

/** A connection to an {@link IpcServer}. Calls may overlap. */
export class IpcClient implements Disposable {
  readonly #socket: net.Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onClose: (() => void)[] = [];
  #next = 1;
  #closed = false;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    const parser = new LineParser<ReplyFrame>();
    socket.on('data', (chunk) => {
      for (const frame of parser.push(chunk)) this.#settle(frame);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      for (const { reject } of this.#waiting.values())
        reject(new IpcError('the process at the other end is gone'));
      this.#waiting.clear();
      for (const listener of this.#onClose) listener();
    });
  }

  /** Throws ENOENT or ECONNREFUSED when nobody listens at `file`. */
  static async connect(file: string): Promise<IpcClient> {
    return withSocketPath(file, async (short) => {
      const socket = net.connect(short);
      await once(socket, 'connect');
      return new IpcClient(socket);
    });
  }

  /** Calls a method; `onItem` receives what its handler streams from then on. Throws IpcError. */
  call<T>(method: string, params: unknown = null, onItem?: (item: never) => void): Promise<T> {
    if (this.#closed) return Promise.reject(new IpcError('the process at the other end is gone'));
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject, onItem });
    this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    return promise as Promise<T>;
  }

  /** Calls `listener` when the connection has ended, for whatever reason. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  #settle(frame: ReplyFrame): void {
    const waiting = this.#waiting.get(frame.id);
    if (!waiting) return;
    if ('item' in frame) {
      waiting.onItem?.(frame.item as never);
      return;
    }
    // A call that streams stays known after its answer, for the items that follow.
    if (!waiting.onItem) this.#waiting.delete(frame.id);
    if ('error' in frame) waiting.reject(new IpcError(frame.error));
    else waiting.resolve(frame.result);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
