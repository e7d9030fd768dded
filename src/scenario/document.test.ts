import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ScenarioDocument } from './document.ts';
import { formatDiagnostics, ScenarioError } from './source/diagnostic.ts';

const TESTDATA = path.join(import.meta.dirname, 'testdata');
const cases = readdirSync(TESTDATA).filter((name) => name.endsWith('.yaml'));

/** What a scenario of testdata makes the program say; `vitest -u` writes it anew. */
function complaints(name: string): string {
  const text = readFileSync(path.join(TESTDATA, name), 'utf8');
  const readFile = (file: string) => readFileSync(path.join(TESTDATA, file), 'utf8');
  try {
    return formatDiagnostics(ScenarioDocument.parse(text, name, readFile).warnings);
  } catch (error) {
    if (error instanceof ScenarioError) return formatDiagnostics(error.diagnostics);
    throw error;
  }
}

describe.each(cases)('%s', (name) => {
  const said = complaints(name);

  test('says what its .stderr holds', async () => {
    await expect(said).toMatchFileSnapshot(path.join(TESTDATA, name.replace('.yaml', '.stderr')));
  });

  test(name.startsWith('invalid-') ? 'has an error' : 'has none', () => {
    expect(/: error: /.test(said)).toBe(name.startsWith('invalid-'));
  });

  test('problems come by position', () => {
    const places = [...said.matchAll(/^\S+\.yaml:(\d+):(\d+): /gm)].map(
      ([, line, col]) => Number(line) * 1000 + Number(col),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
