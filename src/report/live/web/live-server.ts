import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunEvent } from '../../../measure/index.ts';
import type { Outcome } from '../../verdict/judge.ts';
import type { LiveReporter } from '../live-reporter.ts';
import { livePage } from './live-page.ts';

const LOOPBACK = '127.0.0.1';
/** Events that a page which is opened late still gets: more than an hour of them. */
const KEPT = 10_000;

/** How long an open page has to take what was sent last. */
const LAST_WORDS_MS = 1000;

/** What a page is told at the end. */
export interface LiveEnd {
  readonly outcome: Outcome;
  /** Folder of the run. */
  readonly folder: string;
}

/**
 * A page that shows a run while it goes on, on the loopback address alone; its address has a secret in it, and names of
 * hosts other than its own are refused, so that no other page of the browser can read it. Events come to it as
 * server-sent events. It keeps no process alive.
 */
export class LiveServer implements LiveReporter, AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #path: string;
  readonly #host: string;
  readonly #clients = new Set<ServerResponse>();
  readonly #events: string[] = [];
  /** Number of the first event that is kept. */
  #first = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.#path = `/${randomBytes(16).toString('hex')}/`;
    this.#host = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
    this.url = `http://${this.#host}${this.#path}`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** Listens on a port that is free. */
  static async start(): Promise<LiveServer> {
    const server = createServer();
    server.listen(0, LOOPBACK).unref();
    await once(server, 'listening');
    return new LiveServer(server);
  }

  /** Pages that are open. */
  get pages(): number {
    return this.#clients.size;
  }

  onEvent(event: RunEvent): void {
    // Single addresses come by the thousand and are in no plot.
    if (event.kind === 'address.granted' || event.kind === 'address.released') return;
    // Of several runs one after the other a page shows the one that goes on.
    if (event.kind === 'run.started') this.#forget(this.#events.length);
    this.#send(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Tells open pages what the run came to. */
  end({ outcome, folder }: LiveEnd): void {
    this.#send(`event: end\ndata: ${JSON.stringify({ outcome, folder })}\n\n`);
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client.end();
    this.#server.close();
  }

  /** Waits until open pages have what was sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this[Symbol.dispose]();
    this.#server.closeIdleConnections();
    // A page that sleeps reads nothing: it does not hold up the end of a command.
    const late = setTimeout(() => this.#server.closeAllConnections(), LAST_WORDS_MS);
    await closed;
    clearTimeout(late);
  }

  #send(message: string): void {
    this.#events.push(message);
    if (this.#events.length > KEPT) this.#forget(1);
    const id = this.#first + this.#events.length - 1;
    for (const client of this.#clients) client.write(`id: ${id}\n${message}`);
  }

  #forget(count: number): void {
    this.#events.splice(0, count);
    this.#first += count;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    if (request.method !== 'GET' || request.headers.host !== this.#host) response.writeHead(403).end();
    else if (request.url === this.#path) {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(livePage());
    } else if (request.url === `${this.#path}events`) this.#stream(request, response);
    else response.writeHead(404).end();
  }

  /** All that was sent so far, or since the event that a page which lost its connection had last. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const had = Number.parseInt(String(request.headers['last-event-id'] ?? '-1'), 10);
    const from = Math.max(0, (Number.isNaN(had) ? -1 : had) + 1 - this.#first);
    const missed = this.#events.slice(from).map((message, i) => `id: ${this.#first + from + i}\n${message}`);
    response.write(`retry: 1000\n\n${missed.join('')}`);
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
  }
}
