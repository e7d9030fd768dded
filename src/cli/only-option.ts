import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Cell } from '../scenario/index.ts';
import { SeriesError } from './series/series-error.ts';

export type Chosen = ReadonlyMap<string, readonly string[]>;

/** `--only AXIS=VALUE,VALUE`: a part of a matrix; several of them must all fit. */
export function onlyOption() {
  return new Option(
    '--only <axis=values>',
    'of a matrix only these combinations, as in serviceCount=1,100; may be repeated',
  ).argParser((text, before: Chosen | undefined): Chosen => {
    const [, axis, values] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (axis === undefined || values === undefined) {
      throw new InvalidArgumentError('expected an axis with its values, such as serviceCount=1,100');
    }
    return new Map([...(before ?? []), [axis, values.split(',')]]);
  });
}

/** Combinations that agree with all that was chosen. @throws SeriesError bad-request when there are none */
export function chosenCells(cells: readonly Cell[], only: Chosen = new Map()): readonly Cell[] {
  const fit = cells.filter((cell) =>
    [...only].every(([axis, values]) => values.includes(String(cell[axis as keyof Cell]))),
  );
  if (fit.length > 0) return fit;
  const wanted = [...only].map(([axis, values]) => `${axis}=${values.join(',')}`).join(' ');
  throw new SeriesError(
    'bad-request',
    `Expected some of the matrix's combinations, got none with ${wanted}\n${axesText(cells)}`,
  );
}

/** What there is to choose from, a line for each axis. */
function axesText(cells: readonly Cell[]): string {
  const axes = new Map<string, Set<string>>();
  for (const [axis, value] of cells.flatMap((cell) => Object.entries(cell)))
    axes.set(axis, (axes.get(axis) ?? new Set()).add(String(value)));
  if (axes.size === 0) return 'The scenario has no matrix: leave --only out';
  return [...axes].map(([axis, values]) => `  ${axis}=${[...values].join(',')}`).join('\n');
}
