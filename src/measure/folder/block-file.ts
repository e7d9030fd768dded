import { closeSync, openSync, writeSync } from 'node:fs';
import type { InputType } from 'node:zlib';

/** Blocks being compressed at a time; with blocks of 256 KiB this bounds memory to 8 MiB. */
const MAX_IN_FLIGHT = 32;

export interface Codec {
  /** Compresses off the main thread. */
  compress(block: InputType, done: (error: Error | null, result: Buffer) => void): void;
  /** Compresses right now. */
  compressSync(block: InputType): Buffer;
  /** Puts what a reader needs round a compressed block. */
  frame?(compressed: Buffer): Buffer;
}

/**
 * A file of blocks that are compressed each for itself: readable up to the last whole block after a crash.
 * Blocks are compressed off the main thread, and land in the order in which they are done. When they come
 * faster than that, `append` compresses in place: memory stays bounded and nothing is dropped.
 */
export class BlockFile {
  readonly #fd: number;
  #inFlight = 0;
  #stalls = 0;
  #bytes = 0;
  #error: Error | undefined;
  #idle: (() => void) | undefined;

  constructor(file: string) {
    this.#fd = openSync(file, 'wx', 0o644);
  }

  /** Throws what an earlier write failed with: a full disk is not to be found out at the end. */
  append(block: Buffer, codec: Codec): void {
    if (this.#error) throw this.#error;
    if (this.#inFlight >= MAX_IN_FLIGHT) {
      this.#stalls++;
      this.#write(codec.compressSync(block), codec);
      return;
    }
    this.#inFlight++;
    codec.compress(block, (error, compressed) => {
      try {
        if (error) throw error;
        this.#write(compressed, codec);
      } catch (failure) {
        this.#error ??= failure as Error;
      }
      if (--this.#inFlight === 0) this.#idle?.();
    });
  }

  /** Waits for the last block. Throws what a write failed with. */
  async close(): Promise<{ readonly bytes: number; readonly stalls: number }> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    closeSync(this.#fd);
    if (this.#error) throw this.#error;
    return { bytes: this.#bytes, stalls: this.#stalls };
  }

  #write(compressed: Buffer, codec: Codec): void {
    const block = codec.frame?.(compressed) ?? compressed;
    for (let done = 0; done < block.length; ) done += writeSync(this.#fd, block, done);
    this.#bytes += block.length;
  }
}
