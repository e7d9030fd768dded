import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A new cgroup (v2) below the root of the hierarchy, with nothing in it. Its processes must have ended when it goes. */
export function makeTestCgroup(): Disposable & { readonly path: string } {
  const mounts = fs.readFileSync('/proc/mounts', 'utf8').split('\n');
  const root = mounts.map((line) => line.split(' ')).find((fields) => fields[2] === 'cgroup2')![1]!;
  const directory = path.join(root, `churnlab-test-${randomBytes(4).toString('hex')}`);
  fs.mkdirSync(directory);
  return { path: directory, [Symbol.dispose]: () => removeOnceEmpty(directory) };
}

const LIMIT_MS = 10_000;
const LOOK_MS = 5;

/** Processes that have ended are no longer listed, and still counted for a moment: EBUSY. */
function removeOnceEmpty(directory: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      fs.rmdirSync(directory);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || waited > LIMIT_MS) throw error;
      Atomics.wait(pause, 0, 0, LOOK_MS);
    }
  }
}
