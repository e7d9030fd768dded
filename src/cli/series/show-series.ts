import path from 'node:path';
import { compare, readVariants } from '../../compare/index.ts';
import { type RunDocument, readRun, type SeriesDocument } from '../../measure/index.ts';
import {
  comparisonJson,
  comparisonText,
  growthGates,
  judge,
  matrixJson,
  matrixText,
  publishMatrix,
} from '../../report/index.ts';
import type { SeriesResult } from './run-series.ts';

const EXIT_CODES = { gate: 3, invariant: 4, inconclusive: 6 } as const;
/** What a series varies is what it was made to compare. */
export const VARIED = ['lab', 'level', 'phases', 'faults', 'changes', 'substrate'];

export interface ShowOptions {
  readonly json: boolean;
  /** Two variants are to be compared. */
  readonly compare: boolean;
}

interface Counted {
  readonly variant: string;
  readonly folder: string;
  readonly run: RunDocument;
}

/** What came of a series, on stdout; gives the exit code. Of single runs the worst counts, whenever they were made. */
export async function showSeries(
  folder: string,
  { series, interrupted }: SeriesResult,
  options: ShowOptions,
): Promise<number> {
  const counted = await countedRuns(folder, series);
  const codes: number[] = [
    ...(interrupted ? [EXIT_CODES.inconclusive] : []),
    ...counted.map(({ run }) => judge(run).exitCode),
  ];
  const sides = options.compare ? await readVariants(folder) : undefined;
  if (sides) {
    const document = compare(...sides, { subjects: VARIED });
    process.stdout.write(options.json ? comparisonJson(document) : `\n${comparisonText(document)}`);
    return codes.includes(EXIT_CODES.invariant) ? EXIT_CODES.invariant : document.exitCode;
  }
  const isMatrix =
    counted.length > 1 && new Set(counted.map(({ variant }) => variant)).size === counted.length;
  if (isMatrix) codes.push(...(await showMatrix(folder, series, counted, options.json)));
  else if (options.json) process.stdout.write(`${JSON.stringify(series, null, 2)}\n`);
  return Math.max(0, ...codes);
}

async function countedRuns(folder: string, { runs }: SeriesDocument): Promise<Counted[]> {
  const found = runs.flatMap(({ warmUp, variant, run }) =>
    warmUp || run === null ? [] : [{ variant, folder: path.join(folder, run) }],
  );
  return await Promise.all(found.map(async (each) => ({ ...each, run: await readRun(each.folder) })));
}

/** Writes and shows the matrix; gives the exit codes of gates that only all of its runs decide. */
async function showMatrix(
  folder: string,
  { scenario, startedAt, variants }: SeriesDocument,
  counted: readonly Counted[],
  json: boolean,
): Promise<number[]> {
  const cells = counted.map((each) => ({
    cell: variants.find(({ name }) => name === each.variant)!.cell,
    folder: each.folder,
  }));
  const { matrix } = await publishMatrix(path.dirname(folder), {
    ...{ folder, scenario, cells },
    startedAt: new Date(startedAt),
  });
  const { columns: width } = process.stdout;
  process.stdout.write(json ? matrixJson(matrix) : `\n${matrixText(matrix, { width })}`);
  const codes = {
    held: 0,
    broken: EXIT_CODES.gate,
    inconclusive: EXIT_CODES.inconclusive,
    'not applicable': 0,
  };
  return growthGates(matrix.cells).map(({ status }) => codes[status]);
}
