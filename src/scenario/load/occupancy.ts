import type { Nanoseconds } from '../schema/quantities.ts';

/** Intervals of pods, ns: starts and ends, each sorted, so that neither says any more whose it is. */
export interface Intervals {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** Sorts starts and ends, each for itself, in place. */
export function intervals(starts: Float64Array, ends: Float64Array): Intervals {
  return { starts: starts.sort(), ends: ends.sort() };
}

/**
 * The most intervals that hold at one instant, each made longer by `extra`; one that ends when another
 * begins makes room for it.
 */
export function peakOf({ starts, ends }: Intervals, extra: Nanoseconds = 0): number {
  let peak = 0;
  let gone = 0;
  for (let come = 0; come < starts.length; come++) {
    while (ends[gone]! + extra <= starts[come]!) gone++;
    peak = Math.max(peak, come + 1 - gone);
  }
  return peak;
}
