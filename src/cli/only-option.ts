import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Cell } from '../scenario/index.ts';

type Chosen = ReadonlyMap<string, readonly string[]>;

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

/** Combinations that agree with all that was chosen. @throws InvalidArgumentError when there are none */
export function chosenCells(cells: readonly Cell[], only: Chosen = new Map()): readonly Cell[] {
  const fit = cells.filter((cell) =>
    [...only].every(([axis, values]) => values.includes(String(cell[axis as keyof Cell]))),
  );
  if (fit.length > 0) return fit;
  const wanted = [...only].map(([axis, values]) => `${axis}=${values.join(',')}`).join(' ');
  throw new InvalidArgumentError(`expected some of the matrix's combinations, got none with ${wanted}`);
}
