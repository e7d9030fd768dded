import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeries } from '../measure/index.ts';
import { runNight } from './run-night.ts';
import { treeIn } from './source-tree.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TINY = path.join(import.meta.dirname, 'testdata/tiny.yaml');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-night-'));
});
afterAll(() => rm(folder, { recursive: true }));

const night = async (name: string, scenario: string, baseline = ROOT) => {
  const lines: string[] = [];
  const done = await runNight(name, [{ scenario, substrate: 'netns', runs: 1 }], {
    folder: path.join(folder, name),
    trees: { baseline: await treeIn(baseline, 'before'), candidate: await treeIn(ROOT, 'here') },
    coolDownMs: 0,
    options: [],
    progress: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  return { ...done, lines };
};

test('both trees run in turns, with the same arrivals in each block', async () => {
  const { document, folder: place, lines } = await night('turns', TINY);
  expect(lines.map((line) => line.replace(/: .*/, ''))).toEqual([
    'tiny on netns 1/4 baseline, warm-up',
    'tiny on netns 2/4 candidate, warm-up',
    'tiny on netns 3/4 baseline',
    'tiny on netns 4/4 candidate',
  ]);
  const [entry] = document.entries;
  expect(entry).toMatchObject({ name: 'tiny-netns', troubles: [] });
  expect(document).toMatchObject({ outcome: 'inconclusive', exitCode: 6 });
  const { runs } = (await readSeries(path.join(place, entry!.series)))!;
  expect(runs.map(({ variant, seed }) => `${variant} ${seed}`)).toEqual([
    ...['baseline 7', 'candidate 7', 'baseline 8', 'candidate 8'],
  ]);
  expect(runs.every(({ run }) => run !== null)).toBe(true);
});

test('a baseline that cannot run ends its scenario', async () => {
  const broken = path.join(folder, 'broken');
  await cp(path.join(ROOT, 'lab/bootstrap.mjs'), path.join(broken, 'lab/bootstrap.mjs'));
  await writeFile(
    path.join(broken, 'lab/churnlab.mjs'),
    "console.error('churnlab: broken'); process.exitCode = 1;\n",
  );
  const { document } = await night('trouble', TINY, broken);
  const [series] = document.entries.map((entry) => entry.series);
  expect(document).toMatchObject({
    outcome: 'harness failed',
    exitCode: 1,
    reasons: [
      `tiny-netns: a run of the baseline left no result: churnlab: broken (${series}/logs/000-baseline.log)`,
      'tiny-netns: there are not runs of both sides',
    ],
  });
});

test('what cannot be compared is refused before anything runs', async () => {
  const matrix = path.join(ROOT, 'scenarios/pod-ip-exhaustion.yaml');
  await expect(night('matrix', matrix)).rejects.toMatchObject({ code: 'bad-list' });
});
