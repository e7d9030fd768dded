import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { withSocketPath } from './socket-path.ts';
import { type CallFrame, LineParser, type ReplyFrame } from './wire.ts';

/** How long an item of a stream may wait for others, in ms. */
const ITEM_DELAY_MS = 20;

/** Pushes items to one subscriber; `signal` aborts when it is gone. */
export interface Subscriber {
  push(item: unknown): void;
  readonly signal: AbortSignal;
}

/** Answers a call. A handler that is to stream keeps `subscriber` and pushes items until its signal aborts. */
export type Handler = (params: never, subscriber: Subscriber) => unknown;

/** A server of calls on a unix socket, for the lab's own processes. */
export class IpcServer implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(handlers: Readonly<Record<string, Handler>>) {
    this.#server = net.createServer((socket) => this.#serve(socket, handlers));
  }

  /** Listens at `file`, mode 0600; a socket left there by a dead process is replaced. */
  static async listen(file: string, handlers: Readonly<Record<string, Handler>>): Promise<IpcServer> {
    const server = new IpcServer(handlers);
    fs.rmSync(file, { force: true });
    await withSocketPath(file, async (short) => {
      server.#server.listen(short);
      await once(server.#server, 'listening');
      fs.chmodSync(short, 0o600);
    });
    return server;
  }

  /** Listens on a port of this network namespace's IPv4 loopback. */
  static async listenOn(port: number, handlers: Readonly<Record<string, Handler>>): Promise<IpcServer> {
    const server = new IpcServer(handlers);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  #serve(socket: net.Socket, handlers: Readonly<Record<string, Handler>>): void {
    this.#sockets.add(socket);
    const gone = new AbortController();
    const parser = new LineParser<CallFrame>();
    const send = (frame: ReplyFrame): void => {
      if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
    };
    // Items may come by the hundred a second, and nobody waits for a single one: they go out together.
    let items = '';
    const flush = (): void => {
      if (socket.writable) socket.write(items);
      items = '';
    };
    const pushItem = (id: number, item: unknown): void => {
      if (items === '') setTimeout(flush, ITEM_DELAY_MS);
      items += `${JSON.stringify({ id, item } satisfies ReplyFrame)}\n`;
    };
    socket.on('error', () => {});
    socket.on('close', () => {
      gone.abort();
      this.#sockets.delete(socket);
    });
    const answer = async ({ id, method, params }: CallFrame): Promise<void> => {
      try {
        const handler = handlers[method];
        if (!handler) throw new Error(`no method ${method}; there are: ${Object.keys(handlers).join(', ')}`);
        const subscriber: Subscriber = { push: (item) => pushItem(id, item), signal: gone.signal };
        send({ id, result: (await handler(params as never, subscriber)) ?? null });
      } catch (error) {
        send({ id, error: error instanceof Error ? error.message : String(error) });
      }
    };
    socket.on('data', (chunk) => {
      try {
        for (const frame of parser.push(chunk)) void answer(frame);
      } catch {
        socket.destroy();
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
