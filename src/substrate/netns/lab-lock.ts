import fs from 'node:fs';
import path from 'node:path';
import { FileLock } from '../../kernel/index.ts';
import { LabError } from '../lab-error.ts';
import type { LabDirectory } from './lab-directory.ts';

/**
 * The right to bring a lab up or to take it down: one command's at a time. It lies beside the lab's directory, which
 * comes and goes under it, and ends with the process that holds it.
 */
export class LabLock implements Disposable {
  readonly #path: string;
  readonly #lock: FileLock;

  private constructor(file: string, lock: FileLock) {
    this.#path = file;
    this.#lock = lock;
  }

  /** @throws LabError busy */
  static take(lab: LabDirectory): LabLock {
    const file = `${lab.path}.lock`;
    for (;;) {
      const lock = open(file);
      if (!lock) continue;
      if (!lock.tryTake()) {
        lock[Symbol.dispose]();
        const who = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
        throw new LabError(
          'busy',
          `Lab ${lab.name} is being brought up or taken down by another command${who && ` (process ${who})`}: wait for its end`,
        );
      }
      // Whoever held it before took the file away: a lock on it keeps nobody out.
      if (lock.isAt(file)) {
        fs.writeFileSync(file, `${process.pid}`);
        return new LabLock(file, lock);
      }
      lock[Symbol.dispose]();
    }
  }

  /** Takes the file away, and the folder of labs when it was the last thing there. */
  [Symbol.dispose](): void {
    fs.rmSync(this.#path, { force: true });
    this.#lock[Symbol.dispose]();
    const home = path.dirname(this.#path);
    if (fs.existsSync(home) && fs.readdirSync(home).length === 0) removeEmpty(home);
  }
}

/** Undefined when the folder went while the file was made in it. */
function open(file: string): FileLock | undefined {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return unless('ENOENT', () => new FileLock(file, 0o600));
}

/** Leaves the folder alone when another lab came into it meanwhile. */
function removeEmpty(home: string): void {
  unless('ENOTEMPTY', () => unless('ENOENT', () => fs.rmdirSync(home)));
}

function unless<T>(code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
