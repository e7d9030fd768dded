import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Fingerprint } from '../folder/document.ts';
import { virtualHost } from './virtual-host.ts';

export type Identity = Fingerprint['identity'];

/** The root of this program's own sources. */
const ROOT = path.resolve(import.meta.dirname, '../../..');

/**
 * What must be alike before two results are compared: the machine, the versions and the configuration
 * (anything JSON can hold; its hash does not depend on the order of keys).
 */
export async function identify(configuration: unknown): Promise<Identity> {
  const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const cpus = os.cpus();
  return {
    kernel: os.release(),
    arch: os.arch(),
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    node: process.versions.node,
    churnlab: manifest.version,
    ...(virtualHost()?.emulated ? { emulated: true } : {}),
    ...(await revision()),
    configuration: hashConfiguration(configuration),
  };
}

/** SHA-256 of a value as JSON with sorted keys. */
export function hashConfiguration(configuration: unknown): string {
  const text = JSON.stringify(configuration, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256')
    .update(text ?? 'undefined')
    .digest('hex');
}

/** The commit of the sources; `unknown` in a copy without its history. */
async function revision(): Promise<{ commit: string; dirty: boolean }> {
  // By sudo the clone is another user's.
  const own = ['-c', `safe.directory=${ROOT}`, '-C', ROOT];
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', [...own, ...args], { timeout: 10_000 })).stdout.trim();
  try {
    return { commit: await git('rev-parse', 'HEAD'), dirty: (await git('status', '--porcelain')) !== '' };
  } catch {
    return { commit: 'unknown', dirty: false };
  }
}
