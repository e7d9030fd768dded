import type { Entry } from './entry.ts';
import type { Store } from './store.ts';

/**
 * The entries with keys after `start` as they were at a revision, in key order: the present ones, with the
 * later changes undone. The caller has compared the revision with `log.forgotten`.
 */
export function entriesAt(store: Store, revision: number, start = ''): readonly Entry[] {
  const changes = store.log.after(revision);
  const undone = new Map<string, Entry | undefined>();
  for (let i = changes.length - 1; i >= 0; i--) {
    const { entry, previous } = changes[i]!;
    undone.set(entry.key, previous);
  }
  const keys = store.keys();
  const entries: Entry[] = [];
  for (let i = firstAfter(keys, start); i < keys.length; i++) {
    const key = keys[i]!;
    if (!undone.has(key)) entries.push(store.get(key)!);
  }
  if (undone.size === 0) return entries;
  for (const [key, entry] of undone) if (entry && key > start) entries.push(entry);
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function firstAfter(keys: readonly string[], start: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
