import { execFileSync } from 'node:child_process';
import { unshare } from '../libc.ts';

const CLONE_NEWNS = 0x00020000;
/** A directory that every machine has, for media that nobody plugs in while a test runs. */
const PLACE = '/media';

/**
 * An empty directory that only this thread sees, and the processes that it starts: they have a mount namespace of
 * their own from now on, and what is there goes with it. Asynchronous fs calls run on other threads: they see the
 * machine's own directory.
 */
export function makePrivateDirectory(): string {
  unshare(CLONE_NEWNS);
  execFileSync('mount', ['--make-rprivate', '/']);
  execFileSync('mount', ['-t', 'tmpfs', 'private', PLACE]);
  return PLACE;
}
