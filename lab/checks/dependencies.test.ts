import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tracked-files.ts';

const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
) as Record<string, Record<string, string>>;
const page = readFileSync(path.join(ROOT, 'docs/dependencies.md'), 'utf8');

/** Names in the first column of the table below a heading. */
function listed(heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

test.each([
  ['At run time', dependencies],
  ['Node itself', optionalDependencies],
  ['For development', devDependencies],
])('docs/dependencies.md, %s: every package once, with its reason', (heading, packages) => {
  expect(listed(heading)).toEqual(Object.keys(packages ?? {}).sort());
});

test('versions are exact', () => {
  for (const version of Object.values({ ...dependencies, ...optionalDependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
