/** The agent's socket for churnlab-cni. */
import { chmodSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { monotonicNs } from '../clock.ts';
import { CNI_CODES, CniError } from '../errors.ts';
import type { CniBackend } from './backend.ts';
import type { DelQueue, ReplayReport } from './del-queue.ts';
import { type CallTrace, Dispatcher } from './dispatch.ts';
import { encodeReply, MAX_REQUEST_BYTES } from './wire.ts';

/** Where churnlab-cni looks for the agent (the same constant is in the C source). */
export const DEFAULT_SOCKET_PATH = '/run/churnlab/cni.sock';

/** struct sockaddr_un has 108 bytes with the closing zero (linux/un.h). */
const MAX_SOCKET_PATH = 107;

/** Connections that wait for accept; the kernel cuts it at net.core.somaxconn. */
const BACKLOG = 4096;

export interface ServeOptions {
  /** A path to listen on, or a listening socket that was made elsewhere. */
  readonly listen: { readonly socketPath: string } | { readonly fd: number };
  /** Replayed before the first request is answered; requests wait meanwhile. */
  readonly queue?: DelQueue;
  /** Called after each call, queued ones included; must not throw. */
  readonly onCall?: (trace: CallTrace) => void;
}

export type ServeErrorCode = 'in-use' | 'path-too-long';

export class ServeError extends Error {
  override readonly name = 'ServeError';
  readonly code: ServeErrorCode;

  constructor(code: ServeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A listening socket that answers until it is disposed of. */
export class CniServer implements AsyncDisposable {
  /** What became of the queued DELs; undefined without a queue. Requests are answered once it has settled. */
  readonly replay: Promise<ReplayReport | undefined>;
  readonly #server: Server;
  readonly #dispatcher: Dispatcher;
  readonly #open = new Set<Socket>();
  readonly #unlink: () => void;
  #replaying = true;

  /** Use serveCni(). */
  constructor(server: Server, dispatcher: Dispatcher, queue: DelQueue | undefined, unlink: () => void) {
    this.#server = server;
    this.#dispatcher = dispatcher;
    this.#unlink = unlink;
    server.on('connection', (socket) => this.#accept(socket));
    this.replay = Promise.resolve(queue?.replay(dispatcher)).finally(() => {
      this.#replaying = false;
    });
    // Whoever awaits `replay` sees its error; without anybody it must not end the process.
    this.replay.catch(() => undefined);
  }

  /** Does something for a container when no call for it is under way, nor GC; calls for it wait meanwhile. */
  alone<T>(containerId: string, work: () => Promise<T>): Promise<T> {
    return this.#dispatcher.alone(containerId, work);
  }

  /** Stops listening, lets calls in progress end, and removes the socket's file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#unlink();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#open) if (!socket.readableEnded) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    // A client that is killed half-way leaves nobody to tell; its call ends as any other.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
    });
    socket.on('end', () => {
      const acceptedNs = monotonicNs();
      const request = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      void this.#answer(socket, request, bytes, acceptedNs);
    });
  }

  async #answer(socket: Socket, request: Buffer, bytes: number, acceptedNs: number): Promise<void> {
    if (bytes > MAX_REQUEST_BYTES) {
      const error = new CniError(
        CNI_CODES.io,
        `request of ${bytes} bytes is larger than ${MAX_REQUEST_BYTES}`,
      );
      socket.end(encodeReply({ exitCode: 1, stdout: JSON.stringify(error) }));
      return;
    }
    if (this.#replaying) await this.replay.catch(() => undefined);
    socket.end(encodeReply(await this.#dispatcher.answer(request, { acceptedNs })));
  }
}

/**
 * Listens for churnlab-cni and answers through `backend`. A socket path's folder is made with mode 0700, the
 * socket has 0600, and appears under its name only when it is ready. A dead agent's socket is replaced.
 * Throws ServeError when another agent answers there or the path is too long.
 */
export async function serveCni(options: ServeOptions, backend: CniBackend): Promise<CniServer> {
  const server = createServer({ allowHalfOpen: true });
  const dispatcher = new Dispatcher(backend, options.onCall);
  if ('fd' in options.listen) {
    await listening(server, { fd: options.listen.fd, backlog: BACKLOG });
    return new CniServer(server, dispatcher, options.queue, () => undefined);
  }
  const { socketPath } = options.listen;
  // Its own name per process, since closing a server removes the name that it was bound to.
  const temporary = `${socketPath}.${process.pid}`;
  if (Buffer.byteLength(temporary) > MAX_SOCKET_PATH) {
    throw new ServeError(
      'path-too-long',
      `Expected a socket path of at most ${MAX_SOCKET_PATH - `.${process.pid}`.length} bytes, got \`${socketPath}\``,
    );
  }
  if (await answers(socketPath)) {
    throw new ServeError('in-use', `Another agent answers on ${socketPath}: stop it first`);
  }
  mkdirSync(path.dirname(socketPath), { recursive: true, mode: 0o700 });
  rmSync(temporary, { force: true });
  await listening(server, { path: temporary, backlog: BACKLOG });
  chmodSync(temporary, 0o600);
  const { ino } = statSync(temporary);
  // Queue replay needs the socket to be reachable before it lists the queue (del-queue.ts).
  renameSync(temporary, socketPath);
  return new CniServer(server, dispatcher, options.queue, () => {
    if (statSync(socketPath, { throwIfNoEntry: false })?.ino === ino) rmSync(socketPath, { force: true });
  });
}

function listening(
  server: Server,
  where: { fd: number; backlog: number } | { path: string; backlog: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection({ path: socketPath });
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}
