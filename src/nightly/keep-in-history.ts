import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Acknowledgement, type HistoryDocument, history, readNights } from '../history/index.ts';
import { historyHtml } from '../report/index.ts';
import { COMPARISON_FILE } from './conclude-entry.ts';
import { NIGHT_FILE } from './night-document.ts';
import type { Night } from './run-night.ts';

/**
 * Keeps the documents of a night in a folder of nights: what was found, without the runs. Machines differ from night to
 * night, so it is the ratios of candidate to baseline that can be followed. Writes history.html there, and gives what it
 * shows. The same night again takes its own place. @throws HistoryError when the night compared nothing and is the first
 */
export async function keepInHistory(
  folder: string,
  { folder: from, document, entries }: Night,
  known: readonly Acknowledgement[],
): Promise<HistoryDocument> {
  const kept = path.join(folder, document.id);
  await mkdir(kept, { recursive: true });
  await cp(path.join(from, NIGHT_FILE), path.join(kept, NIGHT_FILE));
  for (const { entry, comparison } of entries) {
    const file = path.join(entry.series, COMPARISON_FILE);
    if (comparison) await cp(path.join(from, file), path.join(kept, file));
  }
  const found = history(folder, await readNights(folder), known);
  await writeFile(path.join(folder, 'history.html'), historyHtml(found));
  return found;
}
