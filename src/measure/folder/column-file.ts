import { deflateRaw, deflateRawSync } from 'node:zlib';
import { seriesKey } from '../recorder.ts';
import { OUTCOMES, outcomeOf, type Sample } from '../sample.ts';
import { BlockFile, type Codec } from './block-file.ts';
import { encodeBlock, frameBlock } from './column-block.ts';

/** Samples per block: about 100 KiB before compression. */
const BLOCK = 4096;

interface Pending {
  readonly metric: Sample['metric'];
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly outcome: Uint8Array;
  readonly nodes: string[];
  readonly pods: string[];
  length: number;
}

/** `samples.columns`: high-rate samples, each block the columns of one series. docs/results.md has the format. */
export class ColumnFile {
  readonly #file: BlockFile;
  readonly #pending = new Map<string, Pending>();

  constructor(path: string) {
    this.#file = new BlockFile(path);
  }

  write(sample: Sample): void {
    const pending = this.#blockFor(sample);
    const i = pending.length++;
    pending.at[i] = sample.at;
    pending.value[i] = sample.ns;
    pending.outcome[i] = OUTCOMES.indexOf(outcomeOf(sample));
    pending.nodes.push(sample.node ?? '');
    pending.pods.push(sample.pod ?? '');
    if (pending.length === BLOCK) this.#flush(pending);
  }

  async close(): Promise<{ readonly bytes: number; readonly stalls: number }> {
    for (const pending of this.#pending.values()) if (pending.length > 0) this.#flush(pending);
    return await this.#file.close();
  }

  #blockFor({ metric, labels = {} }: Sample): Pending {
    const key = seriesKey(metric, labels);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = {
        metric,
        labels,
        at: new Float64Array(BLOCK),
        value: new Float64Array(BLOCK),
        outcome: new Uint8Array(BLOCK),
        nodes: [],
        pods: [],
        length: 0,
      };
      this.#pending.set(key, pending);
    }
    return pending;
  }

  #flush(pending: Pending): void {
    const { metric, labels, nodes, pods, length } = pending;
    const { header, payload } = encodeBlock({
      metric,
      labels,
      nodes,
      pods,
      at: pending.at.subarray(0, length),
      value: pending.value.subarray(0, length),
      outcome: pending.outcome.subarray(0, length),
    });
    const codec: Codec = {
      compress: (block, done) => deflateRaw(block, { level: 1 }, done),
      compressSync: (block) => deflateRawSync(block, { level: 1 }),
      frame: (compressed) => frameBlock(header, compressed),
    };
    this.#file.append(payload, codec);
    pending.length = 0;
    nodes.length = 0;
    pods.length = 0;
  }
}
