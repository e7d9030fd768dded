import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../bootstrap.mjs';
import { referenceTurns, SUBJECTS } from './subjects.ts';

const FOLDER = path.join(ROOT, 'results/reference');
const LARGEST = 300_000;
const places = SUBJECTS.flatMap(({ name, runs }) =>
  Array.from({ length: runs }, (_, i) => `${name}-${i + 1}`),
);

test('subjects take turns, each as often as it says', () => {
  const subject = (name: string, runs: number) => ({ name, scenario: 'a.yaml', runs, options: [] });
  const turns = referenceTurns([subject('a', 3), subject('b', 2)]);
  expect(turns.map(({ subject: { name }, n }) => `${name}${n}`)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3']);
});

test.each(SUBJECTS)('$scenario is there', ({ scenario }) => {
  expect(existsSync(path.join(ROOT, scenario))).toBe(true);
});

test.each(places)('results/reference/%s is a finished run with its raw samples, and small', (place) => {
  const folder = path.join(FOLDER, place);
  const names = readdirSync(folder).toSorted();
  expect(names).toEqual(['events.jsonl', 'run.json', 'samples.columns', 'samples.jsonl.gz']);
  const bytes = names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
  expect(bytes).toBeLessThan(LARGEST);
  const run = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8'));
  expect(run).toMatchObject({ kind: 'Run', load: { failed: 0, dropped: 0 } });
});
