import type { Release } from '../spec.ts';
import { stream } from './stream.ts';

/**
 * Which of `living` are released, as indices in the order in which they go; `living` counts those that are there,
 * which stand in the order in which they became ready.
 */
export function released(
  living: number,
  { share, order }: Pick<Release, 'share' | 'order'>,
  seed: number,
  phase: string,
): number[] {
  const count = Math.round(living * share);
  const all = Array.from({ length: living }, (_, index) => index);
  if (order === 'oldest') return all.slice(0, count);
  if (order === 'newest') return all.toReversed().slice(0, count);
  const random = stream(seed, `${phase}/release`);
  // The first steps of Fisher and Yates: as many as are wanted.
  for (let next = 0; next < count; next++) {
    const other = next + random.below(living - next);
    [all[next], all[other]] = [all[other]!, all[next]!];
  }
  return all.slice(0, count);
}
