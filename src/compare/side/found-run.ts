import {
  FILES,
  type MatrixDocument,
  parseMatrix,
  parseRun,
  parseSeries,
  type RunDocument,
  SERIES_FILE,
  type SeriesDocument,
} from '../../measure/index.ts';
import { CompareError } from '../compare-error.ts';
import type { Place } from './place.ts';

/** A run of one side. */
export interface FoundRun {
  /** As results call it. */
  readonly folder: string;
  readonly run: RunDocument;
  /** Its combination, where it was found through a matrix. */
  readonly cell: MatrixDocument['cells'][number]['cell'];
  /** The variant of the series that it was found through. */
  readonly variant?: string;
}

const MATRIX_FILE = 'matrix.json';

/**
 * The runs that a folder stands for: itself, those of its series or its matrix, or those of the folders in it.
 * @throws CompareError no-runs; RunFolderError damaged, newer-format
 */
export async function runsOfFolder(place: Place, folder: string): Promise<FoundRun[]> {
  const found = await runsOf(place, folder);
  if (found.length > 0) return found;
  for (const name of await place.list(folder)) found.push(...(await runsOf(place, `${folder}/${name}`)));
  const byPlace = new Map(found.map((run) => [run.folder, run]));
  if (byPlace.size > 0) return [...byPlace.values()];
  throw new CompareError(
    'no-runs',
    `Expected finished runs in ${place.describe(folder)}, got no ${FILES.document} in it or in a folder below`,
  );
}

/** The runs of one folder of results; empty where it is none, or its run did not end. */
export async function runsOf(place: Place, folder: string): Promise<FoundRun[]> {
  const series = await place.read(`${folder}/${SERIES_FILE}`);
  if (series !== undefined) {
    return await runsOfSeries(place, folder, parseSeries(series, place.describe(`${folder}/${SERIES_FILE}`)));
  }
  const matrix = await place.read(`${folder}/${MATRIX_FILE}`);
  if (matrix !== undefined) {
    const { cells } = parseMatrix(matrix, place.describe(`${folder}/${MATRIX_FILE}`));
    const runs = cells.map(({ cell, run }) => oneRun(place, `${folder}/${run}`, { cell }));
    return (await Promise.all(runs)).flat();
  }
  return await oneRun(place, folder, { cell: {} });
}

async function runsOfSeries(
  place: Place,
  folder: string,
  { variants, runs }: SeriesDocument,
): Promise<FoundRun[]> {
  const counted = runs.filter(({ warmUp, run }) => !warmUp && run !== null);
  const found = counted.map(({ variant, run }) => {
    const { cell } = variants.find(({ name }) => name === variant)!;
    return oneRun(place, `${folder}/${run}`, { cell, variant });
  });
  return (await Promise.all(found)).flat();
}

async function oneRun(
  place: Place,
  folder: string,
  from: Pick<FoundRun, 'cell' | 'variant'>,
): Promise<FoundRun[]> {
  const file = `${folder}/${FILES.document}`;
  const text = await place.read(file);
  return text === undefined
    ? []
    : [{ folder: place.describe(folder), run: parseRun(text, place.describe(file)), ...from }];
}
