import { CompareError, DISK, runsOfFolder } from '../../compare/index.ts';
import { RunFolderError } from '../../measure/index.ts';
import { HistoryError } from '../history-error.ts';
import { type Night, slim, startOf } from './night.ts';
import { parseComparison, type StoredComparison } from './stored-comparison.ts';

const COMPARISON_FILE = 'comparison.json';

export interface Nights {
  /** In the order of time. */
  readonly nights: readonly Night[];
  /** What could not be read, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads every entry of a folder: run folders, folders of a series or a matrix, folders with such folders in them, and
 * comparisons, as `comparison.json` in such a folder or as a file of any name beside them. What is damaged is left out
 * with a warning; what is no result is passed over. @throws HistoryError
 */
export async function readNights(folder: string): Promise<Nights> {
  const names = await DISK.list(folder);
  if (names.length === 0) throw new HistoryError('not-found', `Expected a folder of results, got ${folder}`);
  const found: Night[] = [];
  const warnings: string[] = [];
  for (const name of names) {
    try {
      const night = await readNight(folder, name);
      if (night.runs.length + night.comparisons.length > 0) found.push(night);
    } catch (error) {
      if (!(error instanceof RunFolderError)) throw error;
      warnings.push(error.message.split('\n')[0]!);
    }
  }
  const nights = withoutParts(found).toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  if (nights.length > 0) return { nights, warnings };
  throw new HistoryError(
    'no-results',
    `Expected finished runs or comparisons in ${folder}, got none${warnings.map((text) => `\n${text}`).join('')}`,
  );
}

async function readNight(folder: string, id: string): Promise<Night> {
  const place = `${folder}/${id}`;
  if (id.endsWith('.json')) {
    const comparison = await readComparison(place);
    return { id: id.slice(0, -'.json'.length), runs: [], comparisons: comparison ? [comparison] : [] };
  }
  const within = await DISK.list(place);
  const files = ['.', ...within].map((name) => `${place}/${name}/${COMPARISON_FILE}`);
  const comparisons = await Promise.all(files.map(readComparison));
  const runs = await runsOfFolder(DISK, place).catch((error: unknown) => {
    if (error instanceof CompareError) return [];
    throw error;
  });
  return { id, runs: runs.map(slim), comparisons: comparisons.filter((each) => each !== undefined) };
}

async function readComparison(file: string): Promise<StoredComparison | undefined> {
  const text = await DISK.read(file);
  return text === undefined ? undefined : parseComparison(text, file);
}

/** Runs of a series or a matrix may lie beside its folder: there they are parts of it, and not nights of their own. */
function withoutParts(nights: readonly Night[]): Night[] {
  const isWhole = ({ runs, comparisons }: Night) =>
    runs.length > 1 ||
    comparisons.length > 0 ||
    runs.some(({ variant, cell }) => variant !== undefined || Object.keys(cell).length > 0);
  const parts = new Set(nights.filter(isWhole).flatMap(({ runs }) => runs.map(({ run }) => run.id)));
  return nights.filter((night) => isWhole(night) || !parts.has(night.runs[0]!.run.id));
}
