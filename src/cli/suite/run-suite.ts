import path from 'node:path';
import { createSeries, readSuiteResult, type SuiteResult, writeSuiteResult } from '../../measure/index.ts';
import { networkProblems } from '../../networks/index.ts';
import { judge, readSuite, suiteJson, suiteText, writeSuitePage } from '../../report/index.ts';
import {
  type Cell,
  loadSuite,
  type ScenarioDocument,
  ScenarioError,
  type Substrate,
  type Suite,
} from '../../scenario/index.ts';
import { planSeries, type SeriesOptions, type Variant } from '../series/plan-series.ts';
import { type RunOne, runSeries } from '../series/run-series.ts';
import { variantsOfFolder } from '../series/variants.ts';

/** Not all of it was run. */
const INCONCLUSIVE = 6;

export interface SuiteRequest extends Omit<SeriesOptions, 'substrate' | 'repeat'> {
  readonly substrate: Substrate | undefined;
  /** Left out: as the suite says. */
  readonly repeat: number | undefined;
  readonly results: string;
  readonly json: boolean;
  /** Which combinations, out of those of the suite. */
  readonly cells: (of: readonly Cell[]) => readonly Cell[];
}

/**
 * Runs every scenario of a suite in every combination, in turns, and shows them side by side. What makes no sense for a
 * combination is said in the tables. Returns the worst exit code.
 * @throws ScenarioError
 */
export async function runSuite(file: string, request: SuiteRequest, runOne: RunOne): Promise<number> {
  const suite = loadSuite(file);
  const { repeat = suite.repeat } = request;
  const substrate = request.substrate ?? suite.scenarios[0]!.substrate;
  const cells = withBaseline(request.cells(suite.cells(substrate)), suite);
  const scenarios = suite.scenarios.map((source) => planned(source, cells, substrate));
  const variants = scenarios.flatMap((scenario) => scenario.variants);
  if (variants.length === 0) throw new ScenarioError(scenarios.flatMap(({ refused }) => refused));
  const { name, description } = suite;
  const plan = planSeries(variants, { ...request, substrate, repeat });
  const folder = await createSeries(request.results, `${name}-suite`, {
    ...plan,
    scenario: { name, description, file },
  });
  await writeSuiteResult(folder, {
    suite: { name, description, file },
    cells: cells.map(valuesOf),
    scenarios: scenarios.map(({ result }) => result),
  });
  return await goOn(folder, variants, request.json, runOne);
}

/** Goes on with a suite that did not come to its end; undefined when the folder is none of a suite. */
export async function resumeSuite(given: string, json: boolean, runOne: RunOne): Promise<number | undefined> {
  const folder = path.resolve(given);
  if (!(await readSuiteResult(folder))) return undefined;
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
  process.stderr.write(`Suite: ${shown} (goes on with churnlab run --resume ${shown})\n`);
  const { interrupted } = await runSeries(folder, variants, runOne);
  await writeSuitePage(folder);
  const suite = (await readSuite(folder))!;
  process.stdout.write(json ? suiteJson(suite) : `\n${suiteText(suite, { width: process.stdout.columns })}`);
  process.stderr.write(`\nSuite: ${shown}\n`);
  const runs = suite.scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.runs));
  // Of single runs the worst counts, whenever they were made.
  return Math.max(interrupted ? INCONCLUSIVE : 0, ...runs.map((run) => judge(run).exitCode));
}

/** The baseline comes first, and is there whatever was chosen. */
function withBaseline(chosen: readonly Cell[], { baseline }: Suite): readonly Cell[] {
  const key = JSON.stringify(baseline);
  return [baseline, ...chosen.filter((cell) => JSON.stringify(cell) !== key)];
}

/** A scenario in each combination: as a variant of the series, or with the reason why it makes no sense. */
function planned(source: ScenarioDocument, cells: readonly Cell[], substrate: Substrate) {
  const variants: Variant[] = [];
  const refused: ScenarioError['diagnostics'][number][] = [];
  const rows = cells.map((cell): SuiteResult['scenarios'][number]['variants'][number] => {
    const problems = problemsOf(source, cell, substrate);
    refused.push(...problems);
    if (problems.length > 0) {
      // Two faults that hit nothing are one reason.
      const reasons = new Set(problems.map(({ message }) => message));
      return { cell: valuesOf(cell), reason: [...reasons].join('; ') };
    }
    const values = Object.values(valuesOf(cell)).map((value) => path.basename(String(value)));
    const name = [source.name, ...values].join(' ');
    variants.push({ name, source, settings: [], cell });
    return { cell: valuesOf(cell), variant: name };
  });
  const { name, description } = source;
  return { variants, refused, result: { name, description, variants: rows } };
}

function problemsOf(source: ScenarioDocument, cell: Cell, substrate: Substrate) {
  try {
    return source.unsupported(substrate, cell, networkProblems);
  } catch (error) {
    if (error instanceof ScenarioError) return error.diagnostics;
    throw error;
  }
}

function valuesOf(cell: Cell): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(cell).map(([axis, value]) => [axis, typeof value === 'number' ? value : String(value)]),
  );
}
