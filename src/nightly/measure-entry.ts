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
import { SIDES, type SideName, type Turn, turns } from './order.ts';
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
  const { name, description, file } = loadScenario(entry.scenario);
  const title = `${name}-${entry.substrate}`;
  const order = turns(entry.runs);
  const variant = (side: SideName) => ({
    ...{ name: side, file, set: [], cell: {} },
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
  });
  const folder = await createSeries(context.folder, title, {
    scenario: { name, description, file },
    substrate: entry.substrate,
    coolDownNs: context.coolDownMs * 1e6,
    variants: SIDES.map(variant),
    runs: order.map(({ side, block, warmUp }) => ({ variant: side, block, warmUp, seed: null, run: null })),
  });
  await mkdir(path.join(folder, 'logs'));
  const measured = { name: title, scenario: name, substrate: entry.substrate, series: path.basename(folder) };
  for (const [index, turn] of order.entries()) {
    const trouble = await oneTurn({ entry, context, folder, title, turn, index, of: order.length });
    if (trouble) return { ...measured, troubles: [trouble] };
    if (context.signal.aborted) break;
  }
  return { ...measured, troubles: [] };
}

interface TurnOptions {
  readonly entry: NightlyEntry;
  readonly context: MeasureContext;
  readonly folder: string;
  readonly title: string;
  readonly turn: Turn;
  readonly index: number;
  readonly of: number;
}

async function oneTurn({
  entry,
  context,
  folder,
  title,
  turn,
  index,
  of,
}: TurnOptions): Promise<Trouble | undefined> {
  const { side, warmUp } = turn;
  const number = String(index + 1).padStart(String(of).length, '0');
  const log = path.join(folder, 'logs', `${number}-${side}.log`);
  const { trees, options, signal, progress, coolDownMs } = context;
  if (index > 0) await sleep(coolDownMs, undefined, { signal }).catch(() => {});
  const started = performance.now();
  const { scenario, substrate } = entry;
  const { exitCode, folder: run } = await childRun({
    ...{ tree: trees[side], scenario, substrate, into: folder, log, options, signal },
  });
  const took = ((performance.now() - started) / 1000).toFixed(1);
  progress(
    `${title} ${number}/${of} ${side}${warmUp ? ', warm-up' : ''}: exit ${exitCode ?? 'by signal'} (${took} s)`,
  );
  if (run === undefined) {
    return { side, exitCode, message: complaint(log), log: path.relative(context.folder, log) };
  }
  await record(folder, index, path.basename(run));
  return undefined;
}

/** Says in series.json that one is done. */
async function record(folder: string, index: number, run: string): Promise<void> {
  const series: SeriesDocument = (await readSeries(folder))!;
  const runs: SeriesRun[] = series.runs.map((each, at) => (at === index ? { ...each, run } : each));
  await writeSeries(folder, { ...series, runs });
}
