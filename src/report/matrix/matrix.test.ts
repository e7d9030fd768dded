import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type MatrixCell,
  type RunDocument,
  RunFolder,
  readMatrix,
  type Summary,
} from '../../measure/index.ts';
import { exhaustedRun } from '../testdata/exhausted-run.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { matrixPage } from './matrix-page.ts';
import { matrixJson, matrixMarkdown, matrixText } from './matrix-text.ts';
import { publishMatrix } from './publish-matrix.ts';

const { exhaustion } = exhaustedRun().run;
const add = (p99: number, atLeast = false): Summary =>
  summaryOf('cni.add', { p99: { value: p99 * 1e6, atLeast } });
const RUNS: readonly { readonly cell: MatrixCell['cell']; readonly run: RunDocument }[] = [
  { cell: { ipam: 'cluster-pool' }, run: runWith({ summaries: [add(10)], exhaustion }) },
  {
    cell: { ipam: 'range' },
    run: runWith({
      summaries: [add(10_000, true), summaryOf('ipam.node_cidr')],
      exhaustion: { ...exhaustion!, releases: [] },
      invariants: [{ name: 'x', title: 'no IP on two live pods', checks: 1, violations: 2 }],
    }),
  },
  { cell: { ipam: '<kcm>' }, run: runWith({ summaries: [add(12)] }) },
];

let results = '';
let folder = '';

beforeAll(async () => {
  results = await mkdtemp(path.join(os.tmpdir(), 'churnlab-matrix-'));
  const cells = [];
  for (const { cell, run } of RUNS) {
    const made = RunFolder.create(results, 'node-cidr-exhaustion');
    await made.finish({ ...run, id: made.id });
    cells.push({ cell, folder: made.path });
  }
  const scenario = { name: 'node-cidr-exhaustion', description: 'More nodes than CIDRs.', file: 'x.yaml' };
  const startedAt = new Date('2026-11-21T06:14:26Z');
  folder = (await publishMatrix(results, { scenario, startedAt, cells })).folder;
});

afterAll(() => rm(results, { recursive: true }));

const matrix = async () => (await readMatrix(folder))!;

describe('a matrix', () => {
  it('has a folder that names those of its runs', async () => {
    expect(path.basename(folder)).toMatch(/^20261121T061426Z-node-cidr-exhaustion-matrix-[0-9a-f]{6}$/);
    const { cells } = await matrix();
    expect(cells.map(({ cell, run }) => [cell.ipam, run.scenario.name])).toEqual(
      RUNS.map(({ cell, run }) => [cell.ipam, run.scenario.name]),
    );
    for (const each of cells) expect(each.folder).toMatch(/^\.\.\/\d+T\d+Z-node-cidr-exhaustion-/);
  });

  it('is not what a run folder is', async () => {
    expect(await readMatrix(path.join(folder, (await matrix()).cells[0]!.folder))).toBeUndefined();
  });

  it('is a table with a column per combination', async () => {
    const text = matrixText(await matrix(), { color: false });
    expect(text.slice(text.indexOf('\n'))).toBe(`

ipam                    cluster-pool              range    <kcm>
verdict                       passed  invariant broken¹   passed
invariants violated                0                  1        0
started                           50                 50       50
failed                             0                  0        0
cni.add p50                  2.00 ms            2.00 ms  2.00 ms
cni.add p99                  10.0 ms           ≥ 10.0 s  12.0 ms
ipam.node_cidr p50                 -            2.00 ms        -
ipam.node_cidr p99                 -            10.0 ms        -
first refusal                 12.4 s             12.4 s        -
served by then                   248                248        -
refused as pool-full             152                152        -
refused as cooldown                9                  9        -
attempts p99                      17                 17        -
served late                       87                 87        -
never served                      65                 65        -
longest wait                ≥ 17.5 s           ≥ 17.5 s        -
release to first reuse       2.00 ms                  -        -
release to reuse p99         50.0 ms                  -        -
fairness                      99.8 %             99.8 %        -
peak used, of reserved    310 of 310         310 of 310        -
¹ no IP on two live pods: broken 2×
One run a column: what a second run would show is not known. -: the run has no such value.
`);
  });

  it('is in parts where the columns do not fit', async () => {
    const text = matrixText(await matrix(), { color: false, width: 60 });
    expect(
      Math.max(
        ...text
          .split('\n')
          .slice(1, -3)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60);
    expect(text.match(/^verdict/gm)).toHaveLength(2);
  });

  it('keeps names from becoming markup', async () => {
    expect(matrixMarkdown(await matrix())).toContain('&lt;kcm>');
    const page = matrixPage(await matrix());
    expect(page).not.toContain('<kcm>');
    expect(page.match(/https?:|url\(|@import|<(link|img|iframe)\b/gi)).toBeNull();
  });

  it('draws a metric that several runs have', async () => {
    const page = matrixPage(await matrix());
    expect(page.match(/<figure id="[^"]*">/g)).toEqual(['<figure id="spread-0">']);
    expect(page).toContain('class="spread bound"');
    expect(page.slice(0, page.indexOf('<script>'))).not.toMatch(/NaN|Infinity/);
  });

  it('leads to the report of each run', async () => {
    const page = await readFile(path.join(folder, 'index.html'), 'utf8');
    const { cells } = await matrix();
    const targets = [...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual(cells.map((each) => `${each.folder}/report.html`));
    expect(page).toContain('Ran out: default/fill-000248 got no address');
  });

  it('is one JSON document with every run and its verdict', async () => {
    const { cells } = JSON.parse(matrixJson(await matrix()));
    expect(cells.map((each: { name: string; verdict: object }) => [each.name, each.verdict])).toMatchObject([
      ['cluster-pool', { exitCode: 0 }],
      ['range', { exitCode: 4 }],
      ['<kcm>', { exitCode: 0 }],
    ]);
  });
});
