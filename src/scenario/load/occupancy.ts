import type { Nanoseconds } from '../schema/quantities.ts';

/** Intervals of a phase's pods, each from its start to its end, ns from the beginning of the first phase. */
export interface Intervals {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** The most intervals that hold at one instant; one that ends when another begins makes room for it. */
export function peakOf({ starts, ends }: Intervals, extra: Nanoseconds = 0): number {
  const order = starts.toSorted();
  const leaving = ends.toSorted();
  let peak = 0;
  let gone = 0;
  for (let come = 0; come < order.length; come++) {
    while (leaving[gone]! + extra <= order[come]!) gone++;
    peak = Math.max(peak, come + 1 - gone);
  }
  return peak;
}

/** Intervals of those pods for which `keep` says so. */
export function select({ starts, ends }: Intervals, keep: (index: number) => boolean): Intervals {
  const kept = (_: number, index: number) => keep(index);
  return { starts: starts.filter(kept), ends: ends.filter(kept) };
}
