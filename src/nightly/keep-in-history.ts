import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { COMPARISON_FILE } from './conclude-entry.ts';
import { NIGHT_FILE } from './night-document.ts';
import type { Night } from './run-night.ts';

/**
 * Keeps the documents of a night in a folder of nights, which `churnlab history` reads: what was found, without the runs.
 * The same night again takes the place of what was kept of it.
 */
export async function keepInHistory(history: string, { folder, document, entries }: Night): Promise<void> {
  const kept = path.join(history, document.id);
  await mkdir(kept, { recursive: true });
  await cp(path.join(folder, NIGHT_FILE), path.join(kept, NIGHT_FILE));
  for (const { entry, comparison } of entries) {
    const file = path.join(entry.series, COMPARISON_FILE);
    if (comparison) await cp(path.join(folder, file), path.join(kept, file));
  }
}
