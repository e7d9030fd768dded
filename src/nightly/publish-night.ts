import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FILES } from '../measure/index.ts';
import { comparisonHtml } from '../report/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';
import type { NightDocument } from './night-document.ts';
import { nightJunit } from './night-junit.ts';
import { nightPage } from './night-page.ts';
import { nightMarkdown } from './night-text.ts';

/** Writes what people and machines read of a night into its folder, and the report of each comparison beside its runs. */
export async function publishNight(
  folder: string,
  night: NightDocument,
  entries: readonly ConcludedEntry[],
): Promise<void> {
  for (const { entry, comparison, runs } of entries) {
    if (comparison)
      await writeFile(path.join(folder, entry.series, FILES.report), comparisonHtml(comparison, runs));
  }
  const files = {
    [FILES.report]: nightPage(night, entries),
    'nightly.md': nightMarkdown(night, entries),
    'junit.xml': nightJunit(entries),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}
