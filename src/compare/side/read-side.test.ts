import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMatrix, writeSeries } from '../../measure/index.ts';
import { madeUpSide } from '../../report/testdata/small-comparison.ts';
import { readSide, readVariants } from './read-side.ts';

const runs = madeUpSide('x', { runs: 6 }).runs.map(({ run }) => run);
let directory: string;
const ids = async (name: string) => (await readSide(name, { directory })).runs.map(({ run }) => run.id);

async function store(folder: string, i: number): Promise<string> {
  const place = path.join(directory, folder);
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, 'run.json'), JSON.stringify(runs[i]));
  return place;
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'churnlab-side-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args]);
  git('init', '--quiet');
  await store('results/reference/smoke-1', 0);
  await store('results/reference/smoke-2', 1);
  await store('results/reference/other-1', 2);
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('tag', 'v1');
  await rm(path.join(directory, 'results/reference/smoke-2'), { recursive: true });
  await mkdir(path.join(directory, 'results/unfinished'));
  const cells = [10, 20].map((nodes, i) => ({ cell: { nodes }, i }));
  const scenario = { name: 'x', description: '', file: 'x.yaml' };
  const folder = path.join(directory, 'results/matrix');
  const places = await Promise.all(cells.map(({ i }) => store(`results/matrix/run-${i}`, i)));
  await writeMatrix(directory, {
    ...{ folder, scenario, startedAt: new Date(0) },
    cells: cells.map(({ cell }, i) => ({ cell, folder: places[i]! })),
  });
  for (const i of [2, 3, 4, 5]) await store(`results/series/run-${i}`, i);
  const variant = (name: string) => ({ name, file: 'x.yaml', sha256: '', set: [], cell: {} });
  await writeSeries(path.join(directory, 'results/series'), {
    ...{ apiVersion: 'churnlab.dev/v1alpha1', kind: 'Series', format: 1, id: 'series', scenario },
    ...{ startedAt: new Date(0).toISOString(), substrate: 'netns', coolDownNs: 0 },
    variants: [variant('base'), variant('new')],
    runs: [
      { variant: 'base', block: 0, warmUp: true, seed: null, run: 'run-2' },
      { variant: 'new', block: 1, warmUp: false, seed: 1, run: 'run-3' },
      { variant: 'base', block: 1, warmUp: false, seed: 1, run: 'run-4' },
      { variant: 'base', block: 2, warmUp: false, seed: 2, run: 'run-5' },
      { variant: 'new', block: 2, warmUp: false, seed: 2, run: null },
    ],
  });
});

afterAll(() => rm(directory, { recursive: true }));

describe('readSide', () => {
  it('reads a run, the runs of a folder, and those that fit a pattern', async () => {
    expect(await ids('results/reference/smoke-1')).toEqual([runs[0]!.id]);
    expect(await ids('results/reference')).toEqual([runs[0]!.id, runs[2]!.id]);
    expect(await ids('results/ref*/smoke-*')).toEqual([runs[0]!.id]);
  });

  it('reads what a git revision has stored', async () => {
    expect(await ids('v1')).toEqual([runs[0]!.id, runs[1]!.id, runs[2]!.id]);
    expect(await ids('HEAD:results/reference/smoke-*')).toEqual([runs[0]!.id, runs[1]!.id]);
    const { runs: found } = await readSide('v1:results/reference/smoke-2', { directory });
    expect(found.map(({ folder }) => folder)).toEqual(['v1:results/reference/smoke-2']);
  });

  it('reads a matrix with its combinations, or one of them', async () => {
    const { runs: found } = await readSide('results/matrix', { directory });
    expect(found.map(({ cell }) => cell)).toEqual([{ nodes: 10 }, { nodes: 20 }]);
    const [one, ...others] = (await readSide('results/matrix@nodes=20', { directory })).runs;
    expect([one!.run.id, one!.cell, others.length]).toEqual([runs[1]!.id, {}, 0]);
  });

  it('reads a variant of a series without warm-ups and what is not done', async () => {
    expect(await ids('results/series@base')).toEqual([runs[4]!.id, runs[5]!.id]);
    const sides = await readVariants('results/series', { directory });
    expect(sides!.map(({ name, runs: found }) => [name, found.length])).toEqual([
      ['base', 2],
      ['new', 1],
    ]);
  });

  it.each([
    [
      'nowhere',
      'Expected a folder of results, a pattern of folders or a git revision, got nowhere, which is none of them',
    ],
    ['nowhere-*', 'Expected folders of results, got none that fits nowhere-*'],
    ['results/unfinished', 'Expected finished runs in'],
    [
      'results/matrix@nodes=30',
      'Expected runs of nodes=30 in results/matrix@nodes=30: there are nodes=10, nodes=20',
    ],
    [
      'results/series',
      'Expected one variant on a side, got the 2 of results/series: name one (results/series@',
    ],
    ['v1:results/nothing-*', 'Expected finished runs, got none that fits results/nothing-* in v1'],
    ['results/matrix/matrix.json', 'Expected a folder of results, got the file results/matrix/matrix.json'],
  ])('refuses %s in one line', async (name, message) => {
    await expect(readSide(name, { directory })).rejects.toThrow(message);
    await expect(readSide(name, { directory })).rejects.not.toThrow('\n');
  });
});
