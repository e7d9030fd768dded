import fs from 'node:fs';
import path from 'node:path';
import type { NodeProcess } from '../node-inventory.ts';

const FOLDER = 'opt/cni/bin';

/**
 * Puts plugins onto a node, whole or not at all: those of its image may be others, and of another version. They are
 * written through the node's first process.
 */
export function putPlugins({ pid }: NodeProcess, plugins: Readonly<Record<string, string>>): void {
  const folder = path.join(`/proc/${pid}/root`, FOLDER);
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(plugins)) {
    const target = path.join(folder, name);
    fs.copyFileSync(file, `${target}.new`);
    fs.chmodSync(`${target}.new`, 0o755);
    fs.renameSync(`${target}.new`, target);
  }
}
