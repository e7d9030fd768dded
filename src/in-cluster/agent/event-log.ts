import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AgentEvent } from '../../agent/index.ts';

/** Events that are kept for clients that were cut off: a few minutes of what a busy node has. */
const KEPT = 20_000;
/** Bytes that wait for a slow client before it is cut off; it can come back and go on. */
const BACKLOG = 8 << 20;
/** Silence on a stream after which a line says that it lives, in ms. */
const KEEP_ALIVE_MS = 15_000;

/** A line of the stream. */
export type NumberedEvent = { readonly seq: number } & AgentEvent;

/** The node's latest events, numbered, and streams of them. */
export class EventLog implements Disposable {
  /** Another one for each start of the process: numbers begin anew with it. */
  readonly instance = randomUUID();
  readonly #node: string;
  readonly #kept: NumberedEvent[] = [];
  readonly #clients = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;
  #seq = 0;
  #quiet = true;

  constructor(node: string) {
    this.#node = node;
    this.#timer = setInterval(() => this.#keepAlive(), KEEP_ALIVE_MS).unref();
  }

  /** Number of the latest event; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  push(event: AgentEvent): void {
    const numbered = { seq: ++this.#seq, ...event };
    this.#kept.push(numbered);
    // In blocks: taking one off the front of a long array moves all others.
    if (this.#kept.length >= 2 * KEPT) this.#kept.splice(0, this.#kept.length - KEPT);
    if (this.#clients.size === 0) return;
    this.#quiet = false;
    this.#tell(`${JSON.stringify(numbered)}\n`);
  }

  /** Streams events until the client hangs up, those after number `after` first (default: none). */
  stream(query: URLSearchParams, response: ServerResponse): void {
    const wanted = Number(query.get('after') ?? this.#seq);
    if (!Number.isSafeInteger(wanted) || wanted < 0) {
      response.writeHead(400).end('Expected a whole number in `after`\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const seq = Math.min(wanted, this.#seq);
    const missed = this.#kept.slice(-KEPT).filter((event) => event.seq > seq);
    const lost = this.#seq - seq - missed.length;
    const head = { instance: this.instance, node: this.#node, seq, lost };
    response.write([head, ...missed].map((each) => `${JSON.stringify(each)}\n`).join(''));
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
  }

  #tell(line: string): void {
    for (const client of this.#clients) {
      client.write(line);
      if (client.writableLength > BACKLOG) client.destroy();
    }
  }

  #keepAlive(): void {
    if (this.#quiet) this.#tell('\n');
    this.#quiet = true;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const client of this.#clients) client.end();
  }
}
