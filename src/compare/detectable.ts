import { detectableEffect, normalQuantile } from '../stats/index.ts';
import { SEED } from './side-summary.ts';

/** How surely a shift is found that is called detectable. */
export const POWER = 0.95;
/** More runs a side than anybody will make. */
export const MOST_RUNS = 50;
/** Normal quantile of POWER. */
const Z_POWER = 1.645;
/** Standard error of a Hodges-Lehmann shift over that of a difference of means, normal samples: √(π/3). */
const HODGES_LEHMANN = 1.0233;
/** For each level the table of `detectableEffect` by runs: a simulation each. */
const tables = new Map<number, Map<number, number>>();

export interface Dispersion {
  /** Standard deviation from run to run, as a share of the value of `a`. */
  readonly deviation: number;
  /** The smallest change that counts, as a share of the value of `a`. */
  readonly minimum: number;
  /** Level of one test: after Holm, that of the smallest p. */
  readonly alpha: number;
}

/**
 * The smallest worsening, as a share, that `runs` runs a side call worse with 95 % power: it must be significant, and the
 * shift that is found must reach the minimum. Infinity when with so few runs nothing can be significant.
 */
export function detectable(runs: number, { deviation, minimum, alpha }: Dispersion): number {
  const effect = inDeviations(runs, alpha);
  if (effect === Infinity) return Infinity;
  const error = HODGES_LEHMANN * deviation * Math.sqrt(2 / runs);
  return Math.max(effect * deviation, minimum + Z_POWER * error);
}

/** The fewest runs a side that detect a worsening by `share`; undefined when even MOST_RUNS do not. */
export function runsNeeded(share: number, dispersion: Dispersion): number | undefined {
  if (detectable(MOST_RUNS, dispersion) > share) return undefined;
  let [low, high] = [1, MOST_RUNS];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (detectable(middle, dispersion) <= share) high = middle;
    else low = middle;
  }
  return high;
}

/** Up to so many runs a side the power is simulated; a normal approximation serves beyond, where it is within 2 %. */
const SIMULATED = 15;
/** What the approximation lacks at 16 to 50 runs, by simulation. */
const FINITE = 1.05;

function inDeviations(runs: number, alpha: number): number {
  if (runs > SIMULATED) {
    return FINITE * HODGES_LEHMANN * (-normalQuantile(alpha / 2) + Z_POWER) * Math.sqrt(2 / runs);
  }
  const table = tables.get(alpha) ?? new Map<number, number>();
  tables.set(alpha, table);
  const known = table.get(runs) ?? simulated(runs, alpha);
  table.set(runs, known);
  return known;
}

function simulated(runs: number, alpha: number): number {
  return detectableEffect(runs, { seed: SEED, alpha, target: POWER, simulations: 1000 }) ?? Infinity;
}
