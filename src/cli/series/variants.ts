import path from 'node:path';
import { readSeries, type SeriesDocument } from '../../measure/index.ts';
import { type Cell, loadScenario, type ScenarioDocument } from '../../scenario/index.ts';
import { sha256, type Variant } from './plan-series.ts';
import { SeriesError } from './series-error.ts';
import { settingOf, type TypedSetting } from './set-option.ts';

/** Name of the variant without settings, where there is one with them. */
const UNCHANGED = 'base';

/**
 * What a command runs: one file, each combination of its matrix; with `compare` two files, or one file as it is and with
 * the settings.
 * @throws SeriesError bad-request
 */
export function variantsOf(
  sources: readonly ScenarioDocument[],
  cells: (source: ScenarioDocument) => readonly Cell[],
  { compare, settings }: { readonly compare: boolean; readonly settings: readonly TypedSetting[] },
): Variant[] {
  const [first, second, ...more] = sources;
  if (first === undefined || more.length > 0 || (second !== undefined && !compare)) {
    throw new SeriesError(
      'bad-request',
      `Expected one scenario file, or two with --compare, got ${sources.length}`,
    );
  }
  if (!compare) return cells(first).map((cell) => ({ name: cellText(cell), source: first, settings, cell }));
  const both =
    second === undefined ? settingVariants(first, settings) : fileVariants([first, second], settings);
  return both.map((each): Variant => {
    const [cell, ...others] = cells(each.source);
    if (others.length === 0) return { ...each, cell: cell ?? {} };
    throw new SeriesError(
      'bad-request',
      `Expected one combination of ${each.source.file} with --compare: choose it by --only`,
    );
  });
}

/**
 * The variants of a series that goes on, their files read anew.
 * @throws SeriesError not-found, changed; ScenarioError
 */
export async function variantsOfFolder(
  folder: string,
): Promise<{ readonly series: SeriesDocument; readonly variants: Variant[] }> {
  const series = await readSeries(folder);
  if (!series)
    throw new SeriesError('not-found', `Expected the folder of a series (with series.json), got ${folder}`);
  const variants = series.variants.map(({ name, file, sha256: was, set, cell }): Variant => {
    const source = loadScenario(file);
    if (sha256(source.text) === was)
      return { name, source, settings: set.map(settingOf), cell: cell as Cell };
    throw new SeriesError(
      'changed',
      `${file} has changed since ${series.id} began: start a new series, or bring it back`,
    );
  });
  return { series, variants };
}

function settingVariants(
  source: ScenarioDocument,
  settings: readonly TypedSetting[],
): Omit<Variant, 'cell'>[] {
  if (settings.length === 0) {
    throw new SeriesError(
      'bad-request',
      'Expected two scenario files with --compare, or one and --set FIELD=VALUE',
    );
  }
  const name = settings.map(({ text }) => text).join(',');
  return [
    { name: UNCHANGED, source, settings: [] },
    { name, source, settings },
  ];
}

function fileVariants(
  sources: readonly ScenarioDocument[],
  settings: readonly TypedSetting[],
): Omit<Variant, 'cell'>[] {
  const names = sources.map(({ file }) => path.basename(file).replace(/\.ya?ml$/, ''));
  const isClear = new Set(names).size === names.length;
  return sources.map((source, i) => ({
    name: isClear ? names[i]! : `${names[i]}-${'ab'[i]}`,
    source,
    settings,
  }));
}

/** Name of a combination of a matrix. */
export function cellText(cell: Cell): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(',');
}
