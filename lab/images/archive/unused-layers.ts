import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { layersFolder } from './layer.ts';

const DAY_MS = 24 * 3_600_000;

/** Removes layers that no image was made of for this many days: one change of our sources is one more layer. */
export function removeUnusedLayers(days = 14, store = layersFolder(), now = Date.now()): void {
  if (!existsSync(store)) return;
  for (const name of readdirSync(store)) {
    const folder = path.join(store, name);
    if (now - statSync(folder).mtimeMs > days * DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
}
