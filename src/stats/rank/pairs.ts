import { ascending, bounds, comparable, type Measured } from '../measured.ts';

/** A value that occurs on either side, and how often. */
interface TieGroup {
  readonly inA: number;
  readonly inB: number;
}

/** How the values of two sides lie to one another. */
export interface Pairs {
  /** Pairs (x of a, y of b) with x < y, ties counting one half. */
  readonly u: number;
  /** From the smallest value up. */
  readonly groups: readonly TieGroup[];
}

/** Compares all of `a` with all of `b`. Throws RangeError for an empty side or NaN. */
export function pairs(a: readonly Measured[], b: readonly Measured[]): Pairs {
  const all = [
    ...bounds(a).map((bound) => ({ value: comparable(bound), inA: 1 })),
    ...bounds(b).map((bound) => ({ value: comparable(bound), inA: 0 })),
  ];
  all.sort((x, y) => ascending(x.value, y.value));
  const groups: { value: number; inA: number; inB: number }[] = [];
  for (const { value, inA } of all) {
    if (groups.at(-1)?.value !== value) groups.push({ value, inA: 0, inB: 0 });
    const group = groups.at(-1)!;
    group.inA += inA;
    group.inB += 1 - inA;
  }
  let u = 0;
  let smaller = 0;
  for (const { inA, inB } of groups) {
    u += inB * (smaller + inA / 2);
    smaller += inA;
  }
  return { u, groups };
}
