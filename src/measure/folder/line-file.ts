import { gzip, gzipSync } from 'node:zlib';
import { metric } from '../metrics.ts';
import type { Sample } from '../sample.ts';
import { BlockFile, type Codec } from './block-file.ts';

/** Characters of lines per gzip member. */
const BLOCK = 256 * 1024;
/** Level 1: a third larger than the default and several times faster; the generator shares the machine. */
const GZIP: Codec = {
  compress: (block, done) => gzip(block, { level: 1 }, done),
  compressSync: (block) => gzipSync(block, { level: 1 }),
};

/** `samples.jsonl.gz`: one JSON object per sample; a gzip file of several members (RFC 1952, 2.2). */
export class LineFile {
  readonly #file: BlockFile;
  /** Metric and node names repeat: their JSON is made once. */
  readonly #quoted = new Map<string, string>();
  #lines = '';
  #isEmpty = true;

  constructor(path: string) {
    this.#file = new BlockFile(path);
  }

  write(sample: Sample): void {
    this.#lines += this.#encode(sample);
    if (this.#lines.length >= BLOCK) this.#flush();
  }

  async close(): Promise<{ readonly bytes: number; readonly stalls: number }> {
    // A gzip file without a member is not valid: an empty run has an empty member.
    if (this.#lines !== '' || this.#isEmpty) this.#flush();
    return await this.#file.close();
  }

  #flush(): void {
    this.#file.append(Buffer.from(this.#lines), GZIP);
    this.#lines = '';
    this.#isEmpty = false;
  }

  #encode(sample: Sample): string {
    let line = `{"metric":${this.#quote(sample.metric)},"ns":${sample.ns},"at":${sample.at},"ok":${sample.ok}`;
    if (sample.class !== undefined) line += `,"class":${this.#quote(sample.class)}`;
    if (sample.pending) line += ',"pending":true';
    if (sample.node !== undefined) line += `,"node":${this.#quote(sample.node)}`;
    if (sample.pod !== undefined) line += `,"pod":${JSON.stringify(sample.pod)}`;
    if (sample.labels !== undefined) line += `,"labels":${JSON.stringify(sample.labels)}`;
    return `${line}}\n`;
  }

  #quote(text: string): string {
    let quoted = this.#quoted.get(text);
    if (quoted === undefined) {
      quoted = JSON.stringify(text);
      this.#quoted.set(text, quoted);
    }
    return quoted;
  }
}

/** Whether a sample belongs into the columnar file: several of its kind per pod or request. */
export function isHighRate(sample: Sample): boolean {
  return metric(sample.metric).highRate === true;
}
