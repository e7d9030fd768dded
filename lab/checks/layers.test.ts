import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LAYERS } from './layers.ts';
import { ROOT } from './tracked-files.ts';

test('docs/architecture.md lists the layers, in their order', () => {
  const text = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
  const table = text.slice(text.indexOf('## Layers'), text.indexOf('\n## ', text.indexOf('## Layers') + 1));
  expect([...table.matchAll(/^\| `src\/([\w-]+)` \|/gm)].map(([, name]) => name)).toEqual([...LAYERS]);
});
