/** Readers of options' values, for commander. Each throws InvalidArgumentError. */
import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A whole number from 1. */
export function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

/** Values separated by commas; repeated options add to one another. */
export function list(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',')];
}

/** A regular expression that does not mind case. */
export const pattern = (text: string): RegExp => {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
};
