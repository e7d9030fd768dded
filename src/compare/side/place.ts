import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Where run folders lie: on disk, or in a revision of a git repository. Paths have `/` between their parts. */
export interface Place {
  /** The text of a file; undefined where there is none. */
  read(file: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty where it is none. */
  list(folder: string): Promise<readonly string[]>;
  /** How messages and results call a path. */
  describe(path: string): string;
}

/** The file system. */
export const DISK: Place = {
  read: async (file) => await readFile(file, 'utf8').catch(() => undefined),
  list: async (folder) => (await readdir(folder).catch(() => [])).toSorted(),
  describe: (file) => file,
};

/** Bytes of the largest run.json that git is asked for. */
const LARGEST = 256 * 2 ** 20;

/** The commit that `name` means in the repository that `directory` is in; undefined when it means none. */
export async function revisionOf(name: string, directory: string): Promise<string | undefined> {
  if (name === '' || name.startsWith('-')) return undefined;
  try {
    return (await git(directory, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`)).trim();
  } catch {
    return undefined;
  }
}

/** The files of a commit; paths are those from the root of the repository. */
export function commit(revision: string, directory: string, name = revision): Place {
  const ask = async (...args: string[]) => await git(directory, ...args).catch(() => undefined);
  return {
    read: async (file) => await ask('cat-file', 'blob', `${revision}:${normal(file)}`),
    list: async (folder) =>
      ((await ask('ls-tree', '--name-only', '-z', `${revision}:${normal(folder)}`)) ?? '')
        .split('\0')
        .filter((entry) => entry !== '')
        .toSorted(),
    describe: (file) => `${name}:${normal(file)}`,
  };
}

/** git knows no `..` inside a revision, and no `.` but the root. */
function normal(file: string): string {
  const clean = path.posix.normalize(file).replace(/\/$/, '');
  return clean === '.' ? '' : clean;
}

async function git(directory: string, ...args: string[]): Promise<string> {
  const options = { maxBuffer: LARGEST, timeout: 60_000 };
  return (await promisify(execFile)('git', ['-C', directory, ...args], options)).stdout;
}
