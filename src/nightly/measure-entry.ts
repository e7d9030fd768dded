import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createSeries,
  readSeries,
  type SeriesDocument,
  type SeriesRun,
  writeSeries,
} from '../measure/index.ts';
import { loadScenario } from '../scenario/index.ts';
import { childRun, complaint } from './child-run.ts';
import type { Trouble } from './night-document.ts';
import type { NightlyEntry } from './nightly-list.ts';
import { SIDES, type SideName, turns } from './order.ts';
import type { SourceTree } from './source-tree.ts';

export interface MeasureContext {
  /** The folder of the night. */
  readonly folder: string;
  readonly trees: Readonly<Record<SideName, SourceTree>>;
  readonly coolDownMs: number;
  /** Options of `churnlab run` for every run. */
  readonly options: readonly string[];
  /** Told of each run as it ends, in one line. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The runs of one entry, as a series of two variants. */
export interface MeasuredEntry {
  readonly name: string;
  readonly scenario: string;
  readonly substrate: string;
  readonly series: string;
  readonly troubles: readonly Trouble[];
}

/**
 * Runs one scenario by both trees in turns. A run that leaves no folder ends the entry: what comes after it would be of
 * a machine that nobody knows.
 */
export async function measureEntry(entry: NightlyEntry, context: MeasureContext): Promise<MeasuredEntry> {
  const source = loadScenario(entry.scenario);
  const { name, description, file } = source;
  const title = `${name}-${entry.substrate}`;
  const runs = plannedRuns(entry, source.on(entry.substrate, source.cells(entry.substrate)[0]).spec.seed);
  const variant = (side: SideName) => ({
    ...{ name: side, file, set: [], cell: {} },
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
  });
  const folder = await createSeries(context.folder, title, {
    scenario: { name, description, file },
    substrate: entry.substrate,
    coolDownNs: context.coolDownMs * 1e6,
    variants: SIDES.map(variant),
    runs,
  });
  await mkdir(path.join(folder, 'logs'));
  const measured = { name: title, scenario: name, substrate: entry.substrate, series: path.basename(folder) };
  for (const [index, planned] of runs.entries()) {
    const done = await oneRun({ entry, context, folder, planned, number: `${index + 1}/${runs.length}` });
    if (context.signal.aborted) break;
    if ('message' in done) return { ...measured, troubles: [done] };
    await record(folder, index, done.run);
  }
  return { ...measured, troubles: [] };
}

/** Both runs of a block have the same arrivals, every block others: runs are paired by their seeds. */
function plannedRuns({ runs }: NightlyEntry, seed: number): SeriesRun[] {
  return turns(runs).map(({ side, block, warmUp }) => ({
    ...{ variant: side, block, warmUp, run: null },
    seed: (seed + block) % 2 ** 32,
  }));
}

interface RunOptions {
  readonly entry: NightlyEntry;
  readonly context: MeasureContext;
  /** Of the series. */
  readonly folder: string;
  readonly planned: SeriesRun;
  readonly number: string;
}

async function oneRun(options: RunOptions): Promise<Trouble | { readonly run: string }> {
  const { entry, context, folder, planned, number } = options;
  const { scenario, substrate } = entry;
  const { trees, signal, coolDownMs } = context;
  const side = planned.variant as SideName;
  const log = path.join(folder, 'logs', `${String(planned.block).padStart(3, '0')}-${side}.log`);
  await sleep(coolDownMs, undefined, { signal }).catch(() => {});
  const started = performance.now();
  const { exitCode, folder: run } = await childRun({
    ...{ tree: trees[side], scenario, substrate, into: folder, log, signal },
    options: [...context.options, '--set', `seed=${planned.seed}`],
  });
  const took = ((performance.now() - started) / 1000).toFixed(1);
  const title = `${path.basename(scenario, '.yaml')} on ${substrate} ${number}`;
  const name = planned.warmUp ? `${side}, warm-up` : side;
  context.progress(
    `${title} ${name}: ${run ? '' : 'no result, '}exit ${exitCode ?? 'by a signal'} (${took} s)`,
  );
  if (run !== undefined) return { run: path.basename(run) };
  return { side, exitCode, message: complaint(log), log: path.relative(context.folder, log) };
}

/** Says in series.json that one is done. */
async function record(folder: string, index: number, run: string): Promise<void> {
  const series: SeriesDocument = (await readSeries(folder))!;
  const runs: SeriesRun[] = series.runs.map((each, at) => (at === index ? { ...each, run } : each));
  await writeSeries(folder, { ...series, runs });
}
