/**
 * Sums of files that are large and hardly ever change: what was read once is not read again while the file is the same by
 * its inode, its size and the instant of its last change, which nobody can set (ctime, inode(7)).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../../setup/index.ts';
import { digestOf } from './layer.ts';

type Known = Record<string, { readonly state: string; readonly digest: string }>;

/** As digestOf. */
export async function knownDigestOf(
  file: string,
  list = path.join(cacheDirectory(), 'digests.json'),
): Promise<string> {
  const state = stateOf(file);
  const found = read(list)[file];
  if (found?.state === state) return found.digest;
  const digest = await digestOf(file);
  // A file that is written meanwhile is read again next time.
  if (stateOf(file) === state) remember(list, file, { state, digest });
  return digest;
}

function stateOf(file: string): string {
  const { dev, ino, size, ctimeNs } = statSync(file, { bigint: true });
  return [dev, ino, size, ctimeNs].join();
}

function read(list: string): Known {
  try {
    return JSON.parse(readFileSync(list, 'utf8')) as Known;
  } catch {
    return {};
  }
}

/** Of two that write at once one is forgotten, and reads again. */
function remember(list: string, file: string, entry: Known[string]): void {
  const kept = Object.entries(read(list)).filter(([name]) => existsSync(name));
  mkdirSync(path.dirname(list), { recursive: true });
  const next = `${list}.${process.pid}`;
  writeFileSync(next, JSON.stringify(Object.fromEntries([...kept, [file, entry]])));
  renameSync(next, list);
}
