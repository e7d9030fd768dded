import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../measure/index.ts';
import { keepInHistory } from './keep-in-history.ts';
import { readNight, type Trouble, writeNight } from './night-document.ts';
import { concludeAgain } from './run-night.ts';
import { type NightOptions, storedNight } from './testing/stored-night.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-night-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function concluded(options: NightOptions = {}) {
  await storedNight(folder, options);
  return (await concludeAgain(folder)).document;
}

const without =
  (key: string) =>
  (run: RunDocument): RunDocument => ({
    ...run,
    summaries: run.summaries.filter((summary) => summary.key !== key),
  });

describe('a night', () => {
  it('of the same code passes, and its gate was put to the test', async () => {
    const night = await concluded();
    expect(night).toMatchObject({ outcome: 'passed', exitCode: 0, reasons: [] });
    const { selfTest } = night.entries[0]!;
    expect(selfTest).toMatchObject({ passed: true, pairs: 200, runs: 8 });
    expect(selfTest!.metrics).toMatchObject([{ subject: 'pod.ready p50', injected: 0.25 }]);
  });

  it('finds a candidate that got slower', async () => {
    const night = await concluded({ slower: 0.3 });
    expect(night).toMatchObject({ outcome: 'regression', exitCode: 5 });
    expect(night.reasons).toEqual([expect.stringMatching(/^small-netns: pod\.ready p50: worse by \d/)]);
  });

  it('ends with a broken invariant, whatever was measured', async () => {
    const candidate = (run: RunDocument): RunDocument => ({
      ...run,
      invariants: run.invariants.map((each, i) => (i === 0 ? { ...each, violations: 1 } : each)),
    });
    const night = await concluded({ slower: 0.3, candidate });
    expect(night).toMatchObject({ outcome: 'invariant broken', exitCode: 4 });
  });

  it('is inconclusive where a metric is missing, and where there are too few runs', async () => {
    const missing = await concluded({ candidate: without('pod.ready') });
    expect(missing).toMatchObject({ outcome: 'inconclusive', exitCode: 6 });
    expect(missing.reasons.join()).toContain('pod.ready p50');
  });

  it('breaks a limit of a scenario when most runs of the candidate do', async () => {
    const limit = {
      kind: 'rate',
      rate: 'completed',
      min: { value: 1e6, unit: 'per-second', text: '1000000/s' },
    } as const;
    const night = await concluded({ candidate: (run) => ({ ...run, gates: [...run.gates, limit] }) });
    expect(night).toMatchObject({ outcome: 'gate broken', exitCode: 3 });
    expect(night.reasons[0]).toContain('broken in 8 of 8 runs');
  });

  it('is inconclusive where the baseline refuses the scenario, and failed where a run left nothing', async () => {
    await storedNight(folder);
    const night = await readNight(folder);
    const trouble: Trouble = { side: 'baseline', exitCode: 2, message: 'unknown field', log: 'a.log' };
    const endOf = async (troubles: readonly Trouble[]) => {
      await writeNight(folder, { ...night, entries: night.entries.map((entry) => ({ ...entry, troubles })) });
      return (await concludeAgain(folder)).document;
    };
    expect(await endOf([trouble])).toMatchObject({
      exitCode: 6,
      reasons: ['small-netns: the baseline refuses the scenario: unknown field (a.log)'],
    });
    expect(await endOf([{ ...trouble, side: 'candidate' }])).toMatchObject({ exitCode: 1 });
    expect(await endOf([{ ...trouble, exitCode: null }])).toMatchObject({
      outcome: 'harness failed',
      exitCode: 1,
    });
  });

  it('leaves what people and machines read, and is kept in a history without its runs', async () => {
    await storedNight(folder, { slower: 0.3 });
    const night = await concludeAgain(folder);
    const read = (...parts: string[]) => readFile(path.join(folder, ...parts), 'utf8');
    const { series } = night.document.entries[0]!;
    expect(await read('nightly.md')).toMatch(
      /^## ❌ nightly: regression\n\na: baseline `v1 \(0123456789ab\)` · b: /,
    );
    expect(await read('junit.xml')).toContain('<failure type="regression"');
    expect(await read('report.html')).toContain(`<a href="${series}/report.html">small-netns</a>`);
    expect(await read(series, 'report.html')).toContain('pod.ready');
    const history = path.join(folder, 'history');
    expect((await keepInHistory(history, night, [])).groups).toHaveLength(1);
    const kept = await readFile(path.join(history, night.document.id, series, 'comparison.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ kind: 'Comparison', outcome: 'regression' });
  });

  it('is not concluded from some other folder', async () => {
    await expect(concludeAgain(folder)).rejects.toMatchObject({ code: 'not-a-night' });
  });
});
