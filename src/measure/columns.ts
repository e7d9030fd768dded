/** Samples per chunk; a chunk takes 76 kB. */
const CHUNK = 4096;

interface Chunk {
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly outcome: Uint8Array;
  readonly node: Uint16Array;
}

/** The samples of one series in columns: 19 bytes each, and no copy when they grow. */
export class Columns {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(at: number, value: number, outcome: number, node: number): void {
    const offset = this.#length % CHUNK;
    if (offset === 0) {
      this.#chunks.push({
        at: new Float64Array(CHUNK),
        value: new Float64Array(CHUNK),
        outcome: new Uint8Array(CHUNK),
        node: new Uint16Array(CHUNK),
      });
    }
    const chunk = this.#chunks.at(-1)!;
    chunk.at[offset] = at;
    chunk.value[offset] = value;
    chunk.outcome[offset] = outcome;
    chunk.node[offset] = node;
    this.#length++;
  }

  at(index: number): number {
    return this.#chunks[Math.floor(index / CHUNK)]!.at[index % CHUNK]!;
  }

  value(index: number): number {
    return this.#chunks[Math.floor(index / CHUNK)]!.value[index % CHUNK]!;
  }

  outcome(index: number): number {
    return this.#chunks[Math.floor(index / CHUNK)]!.outcome[index % CHUNK]!;
  }

  node(index: number): number {
    return this.#chunks[Math.floor(index / CHUNK)]!.node[index % CHUNK]!;
  }
}
