import { type Random, seeded } from '../random.ts';
import { energySplit } from './energy-split.ts';

export interface PermutationOptions {
  readonly seed: number;
  readonly permutations: number;
  /** Larger p-values are of no interest: they come out as 1. */
  readonly alpha: number;
}

/** Ranks without ties are the same numbers whatever was ranked: what random orders of them show is worked out once. */
const known = new Map<string, Float64Array>();

/** The share of random orders of these ranks with a split as clear as `distance`; 1 where it exceeds alpha. */
export function permutationP(ranks: Float64Array, distance: number, options: PermutationOptions): number {
  const { permutations, alpha } = options;
  // Sums of the same distances in another order differ in the last bits.
  const clear = distance * (1 - 1e-9);
  const allowed = Math.floor(alpha * (permutations + 1)) - 1;
  const distances = new Set(ranks).size === ranks.length ? untied(ranks, options) : drawn(ranks, options);
  let asClear = 0;
  for (const each of distances) if (each >= clear && ++asClear > allowed) return 1;
  return (asClear + 1) / (permutations + 1);
}

function untied(ranks: Float64Array, options: PermutationOptions): Float64Array {
  const key = `${ranks.length} ${options.permutations} ${options.seed}`;
  const distances = known.get(key) ?? Float64Array.from(drawn(ranks.toSorted(), options));
  known.set(key, distances);
  return distances;
}

function* drawn(ranks: Float64Array, { seed, permutations }: PermutationOptions): Generator<number> {
  const random = seeded(seed);
  const order = ranks.slice();
  for (let round = 0; round < permutations; round++) {
    shuffle(order, random);
    yield energySplit(order).distance;
  }
}

function shuffle(values: Float64Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
}
