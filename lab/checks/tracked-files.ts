import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Files that belong to the repository, new ones that are not committed yet included; relative to its root. */
export function trackedFiles(): string[] {
  // A clone that another user owns (a container's mount, root by sudo) is fine for reading names.
  const args = [
    '-c',
    `safe.directory=${ROOT}`,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ];
  const names = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return names.filter((name) => name !== '' && existsSync(path.join(ROOT, name)));
}
