/**
 * DELs that churnlab-cni put on disk because no agent was there. The writer is plugin/churnlab-cni.c.
 *
 * On disk, in /var/lib/cni/churnlab/queue (0700): one file per attachment named `<container ID>,<interface>`
 * (0600), whose content is the request as it would have gone over the socket (wire.ts). A later DEL of the same
 * attachment replaces the file. At most 1,000 files of at most 64 KiB. Names that begin with a dot are the
 * writer's own: `.lock` (flock(2) among writers) and `.new` (written, fsynced, then renamed into place).
 *
 * Nothing is lost between the two sides, and no lock is shared: the writer renames the file into place and then
 * tries the socket once more; the agent listens first and then lists the folder. Either the writer reaches the
 * agent, or the agent sees the file.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Dispatcher } from './dispatch.ts';

/** Where churnlab-cni queues (the same constants are in the C source). */
export const DEFAULT_QUEUE_DIR = '/var/lib/cni/churnlab/queue';
export const MAX_QUEUE_ENTRIES = 1000;
export const MAX_QUEUE_ENTRY_BYTES = 64 * 1024;

/** Replays running at once: enough to let deletions be batched, few enough to leave the kernel to others. */
const PARALLEL = 16;

export interface ReplayReport {
  readonly replayed: number;
  /** Entries that did not end well, with what the agent answered; they stay on disk for the next replay. */
  readonly failed: readonly { readonly entry: string; readonly reason: string }[];
}

export class DelQueue {
  readonly #dir: string;

  constructor(dir: string = DEFAULT_QUEUE_DIR) {
    this.#dir = dir;
  }

  /** Names of the entries, sorted; empty when nothing was ever queued. */
  list(): readonly string[] {
    let names: string[];
    try {
      names = readdirSync(this.#dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  /** Runs every queued DEL and removes those that succeeded. Throws only when the folder cannot be read. */
  async replay(dispatcher: Pick<Dispatcher, 'answer'>): Promise<ReplayReport> {
    const waiting = [...this.list()];
    const failed: { entry: string; reason: string }[] = [];
    let replayed = 0;
    const worker = async () => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        const reason = await this.#run(dispatcher, entry);
        if (reason === undefined) replayed += 1;
        else failed.push({ entry, reason });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return { replayed, failed: failed.sort((a, b) => (a.entry < b.entry ? -1 : 1)) };
  }

  /** The reason of failure, or undefined. */
  async #run(dispatcher: Pick<Dispatcher, 'answer'>, entry: string): Promise<string | undefined> {
    const file = path.join(this.#dir, entry);
    try {
      const bytes = readFileSync(file);
      if (!bytes.subarray(0, 16).equals(Buffer.from('CNI_COMMAND=DEL\n'))) return 'not a queued DEL';
      const { exitCode, stdout } = await dispatcher.answer(bytes, { replayed: true });
      if (exitCode !== 0) return stdout.trim();
      rmSync(file, { force: true });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
