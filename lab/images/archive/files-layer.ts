import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { knownDigestOf } from './known-digests.ts';
import { ensureLayer, type Layer } from './layer.ts';
import { layerKey } from './layer-key.ts';
import { type TarEntry, tar } from './tar.ts';

/** A layer of single files and links. Folders that they need are made with mode 755. */
export async function filesLayer(
  name: string,
  entries: readonly TarEntry[],
  options?: { readonly compress?: boolean },
): Promise<Layer> {
  const inputs = [];
  for (const entry of entries) inputs.push(await describe(entry));
  return await ensureLayer(layerKey(name, [inputs, options]), (file) => write(file, entries), options);
}

/** Such a layer of what takes time to make. @param inputs all that decides it */
export async function madeFilesLayer(
  name: string,
  inputs: unknown,
  make: () => Promise<readonly TarEntry[]>,
): Promise<Layer> {
  return await ensureLayer(layerKey(name, inputs), async (file) => write(file, await make()));
}

function write(file: string, entries: readonly TarEntry[]): Promise<void> {
  return pipeline(Readable.from(tar(withFolders(entries))), createWriteStream(file));
}

/** What of an entry decides the layer: a file's contents, not where it lies. */
async function describe(entry: TarEntry): Promise<unknown> {
  if (!('file' in entry)) return entry;
  const { file, ...rest } = entry;
  return { ...rest, digest: await knownDigestOf(file) };
}

/** The entries, each after the folders it lies in that none of them is. */
export function withFolders(entries: readonly TarEntry[]): TarEntry[] {
  const seen = new Set(entries.filter((entry) => 'directory' in entry).map((entry) => entry.path));
  return entries.flatMap((entry) => [
    ...parents(entry.path)
      .filter((folder) => !seen.has(folder) && seen.add(folder))
      .map((folder) => ({ path: folder, mode: 0o755, directory: true }) as const),
    entry,
  ]);
}

/** `a/b/c` lies in `a` and `a/b`. */
function parents(file: string): string[] {
  const folder = path.dirname(file);
  return folder === '.' ? [] : [...parents(folder), folder];
}
