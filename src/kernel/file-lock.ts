import { closeSync, constants, openSync } from 'node:fs';
import { flock } from './libc.ts';

/** include/uapi/asm-generic/fcntl.h */
const LOCK_EX = 2;
const LOCK_UN = 8;

/** A file by which processes keep out of each other's way, with flock(2). The kernel frees it when its holder ends. */
export class FileLock implements Disposable {
  readonly #fd: number;

  /** Makes the file if it is not there. Throws the errors of fs. */
  constructor(path: string, mode: number) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_CREAT, mode);
  }

  /**
   * Runs this while nobody else holds the lock. Blocks the thread until it is free: only for locks that are held for a
   * short time. Does not nest. @throws KernelError
   */
  hold<T>(work: () => T): T {
    flock(this.#fd, LOCK_EX);
    try {
      return work();
    } finally {
      flock(this.#fd, LOCK_UN);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
