import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A new cgroup (v2) below the root of the hierarchy, with nothing in it. Its processes must have ended when it goes. */
export function makeTestCgroup(): Disposable & { readonly path: string } {
  const mounts = fs.readFileSync('/proc/mounts', 'utf8').split('\n');
  const root = mounts.map((line) => line.split(' ')).find((fields) => fields[2] === 'cgroup2')![1]!;
  const directory = path.join(root, `churnlab-test-${randomBytes(4).toString('hex')}`);
  fs.mkdirSync(directory);
  return { path: directory, [Symbol.dispose]: () => fs.rmdirSync(directory) };
}
