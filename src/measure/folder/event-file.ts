import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunEvent } from '../events.ts';

/** Kinds that come by the thousand; the others are written at once, with all that waits. */
const FREQUENT: ReadonlySet<RunEvent['kind']> = new Set(['address.granted', 'address.released']);
const MAX_WAITING = 64 * 1024;

/** `events.jsonl`: what happened, one JSON object per line, in the order in which it became known. */
export class EventFile {
  readonly #fd: number;
  #waiting = '';

  constructor(file: string) {
    this.#fd = openSync(file, 'wx', 0o644);
  }

  write(event: RunEvent): void {
    this.#waiting += `${JSON.stringify(event)}\n`;
    if (!FREQUENT.has(event.kind) || this.#waiting.length > MAX_WAITING) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    if (this.#waiting !== '') writeSync(this.#fd, this.#waiting);
    this.#waiting = '';
  }
}
