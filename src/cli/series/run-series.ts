import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSeries, type SeriesDocument, type SeriesRun, writeSeries } from '../../measure/index.ts';
import type { Scenario, ScenarioDocument } from '../../scenario/index.ts';
import type { Executed } from '../execute.ts';
import { sourceOf, type Variant } from './plan-series.ts';

/** Runs one scenario and leaves its folder in `into`. */
export type RunOne = (source: ScenarioDocument, scenario: Scenario, into: string) => Promise<Executed>;

export interface SeriesResult {
  readonly series: SeriesDocument;
  /** What this call ran, warm-ups among it; a series that goes on has others from before. */
  readonly done: readonly { readonly planned: SeriesRun; readonly executed: Executed }[];
  readonly interrupted: boolean;
}

/**
 * Does what is not done yet of a series. After each run series.json says so: whatever ends this process, the next call goes
 * on from there. A run that was ended early does not count.
 */
export async function runSeries(
  folder: string,
  variants: readonly Variant[],
  runOne: RunOne,
): Promise<SeriesResult> {
  let series = (await readSeries(folder))!;
  const done: SeriesResult['done'][number][] = [];
  const left = series.runs.flatMap((planned, index) => (planned.run === null ? [{ planned, index }] : []));
  for (const [i, { planned, index }] of left.entries()) {
    const before = left[i - 1]?.planned;
    if (before && before.block !== planned.block) await coolDown(series.coolDownNs);
    const variant = variants.find(({ name }) => name === planned.variant)!;
    const source = sourceOf(variant, planned.seed);
    process.stderr.write(`\nRun ${index + 1} of ${series.runs.length}: ${told(planned)}\n`);
    const executed = await runOne(
      source,
      source.on(series.substrate as Scenario['substrate'], variant.cell),
      folder,
    );
    if (executed.interrupted) return { series, done, interrupted: true };
    done.push({ planned, executed });
    const run = path.relative(folder, executed.folder);
    series = { ...series, runs: series.runs.map((each, at) => (at === index ? { ...each, run } : each)) };
    await writeSeries(folder, series);
  }
  return { series, done, interrupted: false };
}

async function coolDown(ns: number): Promise<void> {
  if (ns === 0) return;
  await sleep(ns / 1e6);
}

function told({ variant, block, warmUp, seed }: SeriesRun): string {
  const what = [
    warmUp ? 'warm-up' : `block ${block + 1}`,
    variant,
    ...(seed === null ? [] : [`seed ${seed}`]),
  ];
  return what.filter((part) => part !== '').join(', ');
}
