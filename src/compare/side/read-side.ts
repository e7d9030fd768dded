import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { readSeries } from '../../measure/index.ts';
import { CompareError } from '../compare-error.ts';
import { type FoundRun, runsOf, runsOfFolder } from './found-run.ts';
import { commit, DISK, revisionOf } from './place.ts';

/** Runs that are compared with those of another side. */
export interface Side {
  /** As it was asked for. */
  readonly name: string;
  readonly runs: readonly FoundRun[];
}

export interface ReadSideOptions {
  /** Paths and revisions are meant from here; the working directory unless given. */
  readonly directory?: string;
}

/** Where a repository keeps its own results: read from a revision that is named without a path. */
const BASELINES = 'results/reference';

/**
 * Reads a side: a run folder, a folder of a series or a matrix, a folder with such folders in it, a pattern of folders, or
 * the results stored in a git revision (`v1.2`, `main:results/reference/smoke-*`). `@` behind a folder chooses from a
 * series or a matrix: `FOLDER@bridge`, `FOLDER@network=bridge,nodes=4`.
 * @throws CompareError not-found, no-runs, ambiguous; RunFolderError damaged, newer-format
 */
export async function readSide(name: string, options: ReadSideOptions = {}): Promise<Side> {
  const directory = options.directory ?? process.cwd();
  const { base, choice } = split(name, directory);
  const found = await find(base, directory);
  const runs = choice === undefined ? found : chosen(found, choice, name);
  const variants = [...Map.groupBy(runs, ({ cell }) => cellName(cell)).values()]
    .map((each) => [...new Set(each.flatMap(({ variant }) => variant ?? []))])
    .find((names) => names.length > 1);
  if (variants) {
    const names = variants.map((each) => `${base}@${each}`);
    throw new CompareError(
      'ambiguous',
      `Expected one variant on a side, got the ${names.length} of ${base}: name one (${names.join(' or ')}), or compare the series alone`,
    );
  }
  return { name, runs: runs.toSorted(byStart) };
}

/**
 * Both sides of a series of two variants; undefined when the folder is none.
 * @throws RunFolderError damaged, newer-format
 */
export async function readVariants(
  folder: string,
  options: ReadSideOptions = {},
): Promise<readonly [Side, Side] | undefined> {
  const directory = options.directory ?? process.cwd();
  const place = path.resolve(directory, folder);
  const series = await readSeries(place);
  if (series?.variants.length !== 2) return undefined;
  const found = relative(await runsOf(DISK, place), directory);
  const [a, b] = series.variants.map(({ name }) => ({
    name,
    runs: found.filter(({ variant }) => variant === name).toSorted(byStart),
  }));
  return [a!, b!];
}

function split(name: string, directory: string): { readonly base: string; readonly choice?: string } {
  const at = name.lastIndexOf('@');
  const base = name.slice(0, at);
  // `@` stands in revisions, too: main@{1}.
  return at > 0 && existsSync(path.resolve(directory, base))
    ? { base, choice: name.slice(at + 1) }
    : { base: name };
}

async function find(name: string, directory: string): Promise<FoundRun[]> {
  const place = path.resolve(directory, name);
  if (existsSync(place)) {
    if (statSync(place).isDirectory()) return relative(await runsOfFolder(DISK, place), directory);
    throw new CompareError('not-found', `Expected a folder of results, got the file ${name}`);
  }
  if (/[*?[{]/.test(name) && !name.includes(':'))
    return relative(await byPattern(name, directory), directory);
  return await inRevision(name, directory);
}

async function byPattern(pattern: string, directory: string): Promise<FoundRun[]> {
  const folders = globSync(pattern, { cwd: directory }).toSorted();
  if (folders.length === 0)
    throw new CompareError('not-found', `Expected folders of results, got none that fits ${pattern}`);
  const found = await Promise.all(folders.map((folder) => runsOf(DISK, path.resolve(directory, folder))));
  const byFolder = new Map(found.flat().map((run) => [run.folder, run]));
  if (byFolder.size > 0) return [...byFolder.values()];
  throw new CompareError(
    'no-runs',
    `Expected finished runs, got none in the ${folders.length} folders that fit ${pattern}`,
  );
}

async function inRevision(name: string, directory: string): Promise<FoundRun[]> {
  const [, revision = name, where = BASELINES] = /^([^:]*):(.*)$/.exec(name) ?? [];
  const hash = await revisionOf(revision, directory);
  if (hash === undefined) {
    throw new CompareError(
      'not-found',
      `Expected a folder of results, a pattern of folders or a git revision, got ${name}, which is none of them`,
    );
  }
  const place = commit(hash, directory, revision);
  if (!/[*?[{]/.test(where)) return await runsOfFolder(place, where);
  const [parent, pattern] = [path.posix.dirname(where), path.posix.basename(where)];
  const fitting = (await place.list(parent)).filter((entry) => path.matchesGlob(entry, pattern));
  const found = (await Promise.all(fitting.map((entry) => runsOf(place, `${parent}/${entry}`)))).flat();
  if (found.length > 0) return found;
  throw new CompareError('no-runs', `Expected finished runs, got none that fits ${where} in ${revision}`);
}

function chosen(found: readonly FoundRun[], choice: string, name: string): FoundRun[] {
  const wanted = choice.split(',').map((part) => part.split('='));
  const fits = ({ cell, variant }: FoundRun) =>
    variant === choice ||
    wanted.every(([axis, value]) => value !== undefined && String(cell[axis!]) === value);
  const runs = found.filter(fits);
  // What was chosen is no longer what tells combinations apart: two of them can be held against each other.
  const axes = wanted.map(([axis]) => axis!);
  const rest = (cell: FoundRun['cell']) =>
    Object.fromEntries(Object.entries(cell).filter(([axis]) => !axes.includes(axis)));
  if (runs.length > 0) return runs.map((each) => ({ ...each, cell: rest(each.cell) }));
  const known = [...new Set(found.map(({ variant, cell }) => variant ?? cellName(cell)))].filter(
    (each) => each !== '',
  );
  const has =
    known.length === 0 ? 'the folder is neither a series nor a matrix' : `there are ${known.join(', ')}`;
  throw new CompareError('not-found', `Expected runs of ${choice} in ${name}: ${has}`);
}

/** `network=bridge,nodes=4`; empty without a matrix. */
export function cellName(cell: FoundRun['cell']): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(',');
}

function relative(runs: readonly FoundRun[], directory: string): FoundRun[] {
  return runs.map((each) => ({ ...each, folder: path.relative(directory, each.folder) || '.' }));
}

/** In the order in which they were made: pairs are neighbours in time. */
function byStart(a: FoundRun, b: FoundRun): number {
  return a.run.startedAt < b.run.startedAt ? -1 : a.run.startedAt > b.run.startedAt ? 1 : 0;
}
