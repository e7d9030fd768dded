import fs from 'node:fs';
import { removeCgroup } from './cgroup.ts';
import type { LabDirectory } from './lab-directory.ts';

/**
 * Something that a lab made outside its own directory and that must be undone. Namespaces, links, routes, rules and
 * BPF objects are not among them: they live in namespaces that end with the lab's processes, and all processes are
 * in the lab's cgroup.
 */
export type JournalEntry = { readonly kind: 'cgroup'; readonly path: string };

/** Written before the thing is made, so that a crash in between leaves a line too many, never one too few. */
export function record(lab: LabDirectory, entry: JournalEntry): void {
  const file = fs.openSync(lab.file('journal.jsonl'), 'a', 0o600);
  try {
    fs.writeSync(file, `${JSON.stringify(entry)}\n`);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Entries that are still to be undone. A torn last line was never acted upon. */
export function entries(lab: LabDirectory): JournalEntry[] {
  const file = lab.file('journal.jsonl');
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

/** Undoes everything, last first. Returns what was undone. */
export async function undo(lab: LabDirectory): Promise<JournalEntry[]> {
  const all = entries(lab).reverse();
  for (const entry of all) await removeCgroup(entry.path);
  fs.rmSync(lab.file('journal.jsonl'), { force: true });
  return all;
}
