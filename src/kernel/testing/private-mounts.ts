import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unshare } from '../libc.ts';

const CLONE_NEWNS = 0x00020000;

/**
 * An empty directory for mounts that the machine does not see: this thread, and the processes that it starts,
 * have a mount namespace of their own from now on. Only synchronous fs calls see those mounts.
 */
export function makePrivateDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-test-'));
  unshare(CLONE_NEWNS);
  execFileSync('mount', ['--make-rprivate', '/']);
  process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}
