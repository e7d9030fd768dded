import { statfsSync, writeSync } from 'node:fs';
import { constants, type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { IpamError } from '../ipam-error.ts';
import { encodeLine } from './log-line.ts';
import { readLog } from './read-log.ts';
import type { LogRecord, RecordStore } from './record-store.ts';

/** A log is rewritten when it has this many lines, and at least twice as many as after the last rewrite. */
const COMPACT_LINES = 65_536;

/** File systems in memory (linux/magic.h): what is written there is as durable as it gets at once. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** One write, data and length on the disk when it returns: cheaper than a write and an fdatasync. */
const { O_CREAT, O_DSYNC, O_RDWR, O_WRONLY, O_TRUNC } = constants;

interface Waiting<R> {
  readonly record: R;
  readonly done: PromiseWithResolvers<void>;
}

export interface AllocationLogOptions {
  /** Rewrites at this many lines; 65,536 if not said. */
  readonly compactLines?: number;
}

/**
 * An append-only file of checksummed lines. Records that arrive while a write is under way share the next one,
 * so a thousand appends a second cost a few hundred writes. Writing happens on libuv's pool: the caller can do
 * other work until append() resolves. In memory (tmpfs, as in a node's /run) a write takes less than the way to the
 * pool and back, and is made at once. A failed write is cut off again before anything else is written; as long
 * as that fails too, every append is refused.
 */
export class AllocationLog<R extends LogRecord> implements RecordStore<R> {
  readonly path: string;
  readonly #compactLines: number;
  #file: FileHandle | undefined;
  #inMemory = false;
  #snapshot: () => Iterable<R> = () => [];
  #waiting: Waiting<R>[] = [];
  #flushing: Promise<void> | undefined;
  /** Bytes and lines known to be durable, and lines right after the last rewrite. */
  #length = 0;
  #lines = 0;
  #baseLines = 0;
  #write = 0;
  /** The file may hold more than #length bytes. */
  #dirty = false;
  /** The file's name may not survive a crash yet. */
  #folderDirty = true;

  /** @param file path of the log; its folder must exist. Nothing is opened yet. */
  constructor(file: string, options: AllocationLogOptions = {}) {
    this.path = file;
    this.#compactLines = options.compactLines ?? COMPACT_LINES;
  }

  /** Lines in the file. */
  get lines(): number {
    return this.#lines;
  }

  async open(snapshot: () => Iterable<R>): Promise<readonly R[]> {
    this.#snapshot = snapshot;
    try {
      await rm(this.#newPath, { force: true });
      this.#file = await open(this.path, O_RDWR | O_CREAT | O_DSYNC, 0o600);
      this.#inMemory = IN_MEMORY.has(statfsSync(this.path).type);
      const { records, length, write } = readLog(await readFile(this.path), this.path);
      this.#length = length;
      this.#lines = records.length;
      this.#write = write;
      this.#dirty = true;
      await this.#repair();
      return records as unknown as R[];
    } catch (error) {
      await this.#file?.close();
      this.#file = undefined;
      throw error instanceof IpamError ? error : failed(`open ${this.path}`, error);
    }
  }

  append(record: R): Promise<void> {
    if (this.#file === undefined)
      return Promise.reject(failed(`append to ${this.path}`, new Error('not open')));
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ record, done });
    this.#flushing ??= this.#flush();
    return done.promise;
  }

  /** Ends what is under way and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
    await this.#file?.close();
    this.#file = undefined;
  }

  get #newPath(): string {
    return `${this.path}.new`;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      let batch: Waiting<R>[] = [];
      try {
        await this.#repair();
        batch = this.#waiting.splice(0);
        await this.#commit(batch);
        for (const { done } of batch) done.resolve();
      } catch (error) {
        await this.#repair().catch(() => {});
        // What arrived meanwhile was decided on top of the batch, so it falls with it.
        const refusal = failed(`append to ${this.path}`, error);
        for (const { done } of [...batch, ...this.#waiting.splice(0)]) done.reject(refusal);
      }
      if (this.#lines >= Math.max(this.#compactLines, 2 * this.#baseLines)) await this.#compact();
    }
    this.#flushing = undefined;
  }

  async #commit(batch: readonly Waiting<R>[]): Promise<void> {
    const write = this.#write + 1;
    const lines = batch.map(({ record }, i) => encodeLine({ write, left: batch.length - 1 - i, record }));
    const bytes = Buffer.from(lines.join(''));
    this.#dirty = true;
    if (this.#inMemory) writeAllNow(this.#file!.fd, bytes, this.#length);
    else await writeAll(this.#file!, bytes, this.#length);
    this.#dirty = false;
    this.#write = write;
    this.#length += bytes.length;
    this.#lines += batch.length;
  }

  /** Cuts off what a failed or torn write left behind. */
  async #repair(): Promise<void> {
    if (this.#dirty) {
      await this.#file!.truncate(this.#length);
      await this.#file!.sync();
      this.#dirty = false;
    }
    if (this.#folderDirty) {
      await using folder = await open(path.dirname(this.path), constants.O_RDONLY);
      await folder.sync();
      this.#folderDirty = false;
    }
  }

  /** Writes the snapshot beside the log and renames it into place. A failure leaves the log as it was. */
  async #compact(): Promise<void> {
    // One turn, so that every caller has seen its append resolved and the snapshot is what is durable.
    await new Promise(setImmediate);
    // Each record counts as a write of its own: a rewrite is never torn, so damage in it must be noticed.
    const lines = Array.from(this.#snapshot(), (record, i) => encodeLine({ write: i + 1, left: 0, record }));
    const bytes = Buffer.from(lines.join(''));
    let fresh: FileHandle | undefined;
    try {
      fresh = await open(this.#newPath, O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC, 0o600);
      await writeAll(fresh, bytes, 0);
      await rename(this.#newPath, this.path);
    } catch {
      await fresh?.close();
      await rm(this.#newPath, { force: true }).catch(() => {});
      this.#baseLines = this.#lines; // Try again when it has doubled.
      return;
    }
    await this.#file!.close();
    this.#file = fresh;
    this.#folderDirty = true;
    this.#write = lines.length;
    this.#length = bytes.length;
    this.#lines = lines.length;
    this.#baseLines = lines.length;
  }
}

function writeAllNow(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function failed(what: string, cause: unknown): IpamError {
  return new IpamError('log-failed', `${what}: ${(cause as Error).message}`, { cause });
}
