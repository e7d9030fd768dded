import { createHash, type Hash } from 'node:crypto';
import { cpSync, existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Whether a folder is a Go module of its own, whose go.mod and go.sum say what it is built with. */
export function isOwnModule(source: string): boolean {
  return existsSync(path.resolve(ROOT, source, 'go.mod'));
}

/** Files of this repository that a recipe's programs are made of. */
function ownFiles(source: string): string[] {
  const files = globSync('**/*.{go,s,c,h}', { cwd: path.resolve(ROOT, source) }).toSorted();
  if (files.length === 0) throw new Error(`Expected Go files in ${source}, found none`);
  const module = isOwnModule(source) ? ['go.mod', 'go.sum'] : [];
  return [...module, ...files.filter((file) => !file.endsWith('_test.go'))];
}

/** Adds names and contents of the files to a hash, so that a change in them is a new build. */
export function hashOwnSource(hash: Hash, source: string): void {
  for (const file of ownFiles(source)) {
    const content = createHash('sha256')
      .update(readFileSync(path.resolve(ROOT, source, file)))
      .digest('hex');
    hash.update(`\n${content} ${file}`);
  }
}

/** Copies the files to where they are built. */
export function copyOwnSource(source: string, target: string): void {
  for (const file of ownFiles(source)) cpSync(path.resolve(ROOT, source, file), path.join(target, file));
}
