import type { FoundRun } from './side/found-run.ts';

/** The seed of a run; null where it does not say. */
export function seedOf({ run }: FoundRun): number | null {
  const seed = (run.scenario.asRun as { readonly seed?: unknown } | null)?.seed;
  return typeof seed === 'number' ? seed : null;
}

/** Whether both sides have the same seeds, each once: run for run the same arrivals, lifetimes, names and placement. */
export function isPaired(a: readonly FoundRun[], b: readonly FoundRun[]): boolean {
  const [left, right] = [a.map(seedOf), b.map(seedOf)];
  const seeds = new Set(left);
  return (
    a.length > 1 &&
    a.length === b.length &&
    seeds.size === a.length &&
    new Set(right).size === b.length &&
    right.every((seed) => seed !== null && seeds.has(seed))
  );
}

/** Runs of `b` in the order of their partners in `a`; undefined when the sides are not paired. */
export function partnersOf(a: readonly FoundRun[], b: readonly FoundRun[]): readonly FoundRun[] | undefined {
  if (!isPaired(a, b)) return undefined;
  const bySeed = new Map(b.map((run) => [seedOf(run), run]));
  return a.map((run) => bySeed.get(seedOf(run))!);
}
