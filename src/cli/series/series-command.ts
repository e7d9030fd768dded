import path from 'node:path';
import { createSeries } from '../../measure/index.ts';
import { planSeries, type SeriesOptions, type Variant } from './plan-series.ts';
import { type RunOne, runSeries } from './run-series.ts';
import { showSeries } from './show-series.ts';
import { cellText, variantsOfFolder } from './variants.ts';

export interface SeriesRequest extends SeriesOptions {
  /** Directory that the folder of the series is made in. */
  readonly results: string;
  readonly json: boolean;
}

/** Plans a series, does it, and shows what came of it. Gives the exit code. */
export async function newSeries(
  variants: readonly Variant[],
  request: SeriesRequest,
  runOne: RunOne,
): Promise<number> {
  const { name } = variants[0]!.source;
  const kind = request.repeat === 1 && !isComparison(variants) ? 'matrix' : 'series';
  const folder = await createSeries(request.results, `${name}-${kind}`, planSeries(variants, request));
  return await goOn(folder, variants, request.json, runOne);
}

/**
 * Does what is left of a series.
 * @throws SeriesError not-found, changed; ScenarioError
 */
export async function resumeSeries(given: string, json: boolean, runOne: RunOne): Promise<number> {
  const folder = path.resolve(given);
  const { variants } = await variantsOfFolder(folder);
  return await goOn(folder, variants, json, runOne);
}

async function goOn(
  folder: string,
  variants: readonly Variant[],
  json: boolean,
  runOne: RunOne,
): Promise<number> {
  const shown = path.relative('', folder) || folder;
  process.stderr.write(`Series: ${shown}\n`);
  try {
    const result = await runSeries(folder, variants, runOne);
    const left = result.series.runs.filter(({ run }) => run === null).length;
    if (left > 0)
      process.stderr.write(`\nGo on with the ${left} runs that are left: churnlab run --resume ${shown}\n`);
    const code = await showSeries(folder, result, { json, compare: isComparison(variants) });
    process.stderr.write(`\nSeries: ${shown}\n`);
    return code;
  } catch (error) {
    process.stderr.write(`\nGo on: churnlab run --resume ${shown}\n`);
    throw error;
  }
}

/** Two things that are held against each other, each with a name of its own, not combinations of a matrix. */
function isComparison(variants: readonly Variant[]): boolean {
  return variants.length === 2 && variants.every(({ name, cell }) => name !== cellText(cell));
}
