import type { ServerResponse } from 'node:http';
import type { KubeError } from '../../kube-error.ts';
import type { Representation } from '../encode/representation.ts';
import type { Served } from '../registry/registry.ts';
import type { Frames, Notice } from './notice.ts';
import type { Sink } from './start-watch.ts';

/** A client that lets this many bytes pile up is cut off: it has to list again. */
const BACKLOG_LIMIT = 64 * 1024 * 1024;
/** Time between bookmarks, in ms. */
const BOOKMARK_INTERVAL = 60_000;

const OPEN = { ADDED: head('ADDED'), MODIFIED: head('MODIFIED'), DELETED: head('DELETED') };
const CLOSE = Buffer.from('}\n');

function head(type: string): Buffer {
  return Buffer.from(`{"type":"${type}","object":`);
}

/** Writes a watch's events to a response, one JSON document a line. */
export class HttpSink implements Sink {
  readonly #served: Served;
  readonly #representation: Representation;
  readonly #response: ServerResponse;
  readonly #timers: NodeJS.Timeout[] = [];
  #waiting: Buffer[] = [];
  #ended = false;

  constructor(served: Served, representation: Representation, response: ServerResponse) {
    this.#served = served;
    this.#representation = representation;
    this.#response = response;
  }

  /** Starts the clock: an end after `timeout` seconds, and bookmarks when the client can use them. */
  schedule(timeout: number, bookmarks: boolean): void {
    this.#timers.push(setTimeout(() => this.#finish(bookmarks), timeout * 1000).unref());
    if (bookmarks) {
      const send = () => this.bookmark(this.#served.store.revision, false);
      this.#timers.push(setInterval(send, BOOKMARK_INTERVAL).unref());
    }
  }

  notice({ type, entry }: Notice, frames: Frames): void {
    if (this.#ended) return;
    const key = `${type}/${entry.revision}/${this.#representation.key}/${this.#served.spec.resource.version}${this.#served.spec.resource.group}`;
    let frame = frames.get(key);
    if (!frame) {
      frame = Buffer.concat([OPEN[type], this.#representation.event(this.#served, entry), CLOSE]);
      frames.set(key, frame);
    }
    this.#write(frame);
  }

  bookmark(revision: number, initialEnd: boolean): void {
    const object = this.#representation.bookmark(this.#served, revision, initialEnd);
    this.#write(Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`));
  }

  end(error?: KubeError): void {
    if (this.#ended) return;
    if (error) this.#write(Buffer.from(`${JSON.stringify({ type: 'ERROR', object: error.body })}\n`));
    this.#flush();
    this.close();
    this.#response.end();
  }

  /** The client has gone. */
  close(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #finish(bookmarks: boolean): void {
    if (bookmarks && !this.#ended) this.bookmark(this.#served.store.revision, false);
    this.end();
  }

  /** What comes in one turn of the event loop goes out as one write: a write wakes the client up, which costs both. */
  #write(frame: Buffer): void {
    if (this.#ended) return;
    if (this.#waiting.push(frame) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#ended || this.#waiting.length === 0) return;
    const [first, ...more] = this.#waiting;
    this.#waiting = [];
    this.#response.write(more.length === 0 ? first : Buffer.concat([first!, ...more]));
    if (this.#response.writableLength > BACKLOG_LIMIT) {
      this.close();
      this.#response.destroy();
    }
  }
}
