const NEWLINE = 10;

/** Cuts a byte stream into lines. Bytes are decoded once, a line at a time, so that no character is split. */
export class LineSplitter {
  #rest: Buffer | undefined;

  /** The lines that end in this chunk, without their newline; empty lines are left out. */
  push(chunk: Buffer): string[] {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const from = this.#rest?.length ?? 0;
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE, from); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (end > start) lines.push(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    this.#rest = start < bytes.length ? bytes.subarray(start) : undefined;
    return lines;
  }
}
