import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../measure/index.ts';
import { night } from '../testdata/nights.ts';
import { startOf } from './night.ts';
import { readNights } from './read-nights.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-nights-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(file: string, content: unknown): Promise<void> {
  const place = path.join(folder, file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, typeof content === 'string' ? content : JSON.stringify(content));
}

const runsOf = (number: number, runs = 1): RunDocument[] =>
  night(number, { runs }).runs.map(({ run }) => run);
const matrix = (runs: readonly string[]) => ({
  ...{ apiVersion: 'churnlab.dev/v1alpha1', kind: 'Matrix', format: 1, id: 'm' },
  scenario: { name: 'pod-churn', description: '', file: '' },
  startedAt: '2026-10-01T00:00:00.000Z',
  cells: runs.map((run, i) => ({ cell: { nodes: i }, run })),
});

describe('readNights', () => {
  it('reads run folders and nights of several, in the order of time, without what it does not need', async () => {
    await put('b/run.json', runsOf(0)[0]);
    await put('a/x/run.json', runsOf(1, 2)[0]);
    await put('a/y/run.json', runsOf(1, 2)[1]);
    await put('notes.txt', 'not a result');
    await put('empty/log', 'nor is this');
    const { nights, warnings } = await readNights(folder);
    expect(nights.map(({ id, runs }) => [id, runs.length])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(warnings).toEqual([]);
    expect(nights[0]!.runs[0]!.run).toMatchObject({ windows: [], summaries: expect.arrayContaining([]) });
    expect(nights[0]!.runs[0]!.run.summaries.every(({ histogram }) => histogram.encoded === '')).toBe(true);
  });

  it('takes the runs of a matrix for parts of it, not for nights of their own', async () => {
    const [first, second] = runsOf(0, 2);
    await put('one/run.json', first);
    await put('two/run.json', second);
    await put('alone/run.json', runsOf(1)[0]);
    await put('whole/matrix.json', matrix(['../one', '../two']));
    const { nights } = await readNights(folder);
    expect(nights.map(({ id, runs }) => [id, runs.map(({ cell }) => cell)])).toEqual([
      ['whole', [{ nodes: 0 }, { nodes: 1 }]],
      ['alone', [{}]],
    ]);
  });

  it('reads comparisons: of a night, of a series in it, or as files', async () => {
    const [only] = night(3, { runs: 4, compared: { baseline: 'v1', difference: 0.1 } }).comparisons;
    const compared = { kind: 'Comparison', format: 1, ...only };
    await put('night/comparison.json', compared);
    await put('other/series/comparison.json', compared);
    await put('2026-10-04.json', compared);
    await put('package.json', { kind: 'something else' });
    const { nights } = await readNights(folder);
    expect(nights.map(({ id, comparisons }) => [id, comparisons.length])).toEqual([
      ['2026-10-04', 1],
      ['night', 1],
      ['other', 1],
    ]);
    expect(nights.map(startOf)).toEqual(new Array(3).fill('2026-10-04T00:00:00.000Z'));
  });

  it('goes on without what is damaged, and says so', async () => {
    await put('good/run.json', runsOf(0)[0]);
    await put('bad/run.json', '{ "apiVersion"');
    await put('new.json', { kind: 'Comparison', format: 99 });
    const { nights, warnings } = await readNights(folder);
    expect(nights.map(({ id }) => id)).toEqual(['good']);
    expect(warnings).toEqual([
      expect.stringContaining('bad/run.json: '),
      `${folder}/new.json has format 99; this version reads up to 1`,
    ]);
  });

  it('says what it expected', async () => {
    await expect(readNights(`${folder}/nowhere`)).rejects.toMatchObject({
      code: 'not-found',
      message: `Expected a folder of results, got ${folder}/nowhere`,
    });
    await put('notes.txt', '');
    await expect(readNights(folder)).rejects.toMatchObject({
      code: 'no-results',
      message: `Expected finished runs or comparisons in ${folder}, got none`,
    });
  });
});
