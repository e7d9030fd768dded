import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../bootstrap.mjs';
import { readManifests } from './native-manifest.ts';

test.each(readManifests(ROOT).map((output) => [output.name, output] as const))(
  'every file that %s includes is named, so that a change compiles it again',
  (_name, { folder, sources, headers = [] }) => {
    const named = [...sources, ...headers];
    for (const file of named) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      for (const [, include = ''] of text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) {
        const fromHere = path.relative(folder, path.resolve(folder, path.dirname(file), include));
        if (existsSync(path.join(folder, fromHere))) expect(named, `included by ${file}`).toContain(fromHere);
      }
    }
  },
);
