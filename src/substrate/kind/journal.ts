import fs from 'node:fs';
import type { LabDirectory } from '../netns/index.ts';
import { containerNames, docker, type Engine } from './engine.ts';
import { removeFence } from './fence.ts';

/** Something that a kind lab made outside its own directory and that must be undone. */
export type JournalEntry =
  | { readonly kind: 'network'; readonly name: string; readonly engine: Engine }
  | { readonly kind: 'fence'; readonly table: string }
  | { readonly kind: 'cluster'; readonly name: string; readonly engine: Engine };

const FILE = 'kind-journal.jsonl';

/** Written before the thing is made, so that a crash in between leaves a line too many, never one too few. */
export function record(lab: LabDirectory, entry: JournalEntry): void {
  const file = fs.openSync(lab.file(FILE), 'a', 0o600);
  try {
    fs.writeSync(file, `${JSON.stringify(entry)}\n`);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Entries that are still to be undone. A torn last line was never acted upon. */
export function entries(lab: LabDirectory): JournalEntry[] {
  const file = lab.file(FILE);
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as JournalEntry];
      } catch {
        return [];
      }
    });
}

/**
 * Undoes everything, last first; what is not there any more is undone.
 * @throws LabError step-failed when the Docker daemon does not answer
 */
export async function undo(lab: LabDirectory): Promise<void> {
  for (const entry of entries(lab).reverse()) await undoOne(entry);
  fs.rmSync(lab.file(FILE), { force: true });
}

async function undoOne(entry: JournalEntry): Promise<void> {
  switch (entry.kind) {
    case 'cluster': {
      const names = await containerNames(entry.engine, entry.name, true);
      if (names.length > 0) await docker(entry.engine, ['rm', '--force', '--volumes', ...names]);
      return;
    }
    case 'fence':
      return removeFence(entry.table);
    case 'network': {
      const filter = ['--filter', `name=^${entry.name}$`, '--quiet'];
      const found = (await docker(entry.engine, ['network', 'ls', ...filter])).split('\n').filter(Boolean);
      if (found.length > 0) await docker(entry.engine, ['network', 'rm', ...found]);
    }
  }
}
