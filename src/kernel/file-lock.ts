import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { KernelError } from './errno.ts';
import { flock } from './libc.ts';

/** include/uapi/asm-generic/fcntl.h */
const LOCK_EX = 2;
const LOCK_NB = 4;
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

  /** Takes the lock until this is disposed of. False, at once, when somebody else has it. @throws KernelError */
  tryTake(): boolean {
    try {
      flock(this.#fd, LOCK_EX | LOCK_NB);
      return true;
    } catch (error) {
      if (error instanceof KernelError && error.code === 'EAGAIN') return false;
      throw error;
    }
  }

  /** Whether the file that was opened is still the one of this path: it may have been removed since. */
  isAt(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(this.#fd).ino;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
