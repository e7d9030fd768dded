import { InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDuration } from '../../scenario/index.ts';
import { whole } from '../arguments.ts';

/** Between blocks the machine gets so long to settle unless told otherwise. */
export const COOL_DOWN_NS = 2e9;

/** A duration as scenarios have it, in ns. */
export function duration(text: string): number {
  const ns = parseDuration(text);
  if (ns === undefined) throw new InvalidArgumentError('expected a duration such as 2s or 500ms');
  return ns;
}

/** A whole number from 0. */
export function count(text: string): number {
  return text === '0' ? 0 : whole(text);
}
