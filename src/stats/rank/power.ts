import { rankOf } from '../quantile.ts';
import { type Variates, variates } from '../resample/variates.ts';
import { uDistribution } from './u-distribution.ts';

/** Pairs of sides drawn per question unless told otherwise: the power is then known to ±0.02. */
const SIMULATIONS = 2000;
/** More runs a side than anybody will make. */
const MOST_RUNS = 50;

export interface PowerOptions {
  readonly seed: number;
  /** Level of the test, 0.05 unless given; with Holm over k metrics 0.05/k, which the smallest p has to pass. */
  readonly alpha?: number;
  readonly simulations?: number;
}

/**
 * How often Mann-Whitney's test with `runs` runs a side finds a shift of `effect`, given in standard deviations from run
 * to run: the share of simulated pairs of normal samples with p < alpha. To ±0.02, deterministic for a seed.
 */
export function power(runs: number, effect: number, options: PowerOptions): number {
  const critical = criticalU(runs, options.alpha ?? 0.05);
  if (critical < 0) return 0;
  const random = variates(options.seed);
  const simulations = options.simulations ?? SIMULATIONS;
  let found = 0;
  for (let round = 0; round < simulations; round++) {
    const u = simulatedU(runs, effect, random);
    if (u <= critical || u >= runs * runs - critical) found++;
  }
  return found / simulations;
}

/**
 * The fewest runs a side with which a shift of `effect` standard deviations is found with probability `target` (0.8
 * unless given); undefined when even 50 a side do not suffice.
 */
export function runsNeeded(
  effect: number,
  options: PowerOptions & { readonly target?: number },
): number | undefined {
  const target = options.target ?? 0.8;
  const suffices = (runs: number) => power(runs, effect, options) >= target;
  let [low, high] = [1, 4];
  while (!suffices(high)) {
    if (high === MOST_RUNS) return undefined;
    [low, high] = [high, Math.min(2 * high, MOST_RUNS)];
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The smallest shift, in standard deviations from run to run, that `runs` runs a side find with probability `target`
 * (0.8 unless given); undefined when no shift is large enough: with so few runs p cannot be below alpha.
 */
export function detectableEffect(
  runs: number,
  options: PowerOptions & { readonly target?: number },
): number | undefined {
  const critical = criticalU(runs, options.alpha ?? 0.05);
  if (critical < 0) return undefined;
  const random = variates(options.seed);
  const enough = Float64Array.from({ length: options.simulations ?? SIMULATIONS }, () => {
    const [a, b] = [sample(runs, random), sample(runs, random)];
    // A shift finds this pair once no more than `critical` of its differences are still against it.
    const against = Float64Array.from(a.flatMap((x) => b.map((y) => x - y))).sort();
    return against[against.length - 1 - critical]!;
  }).sort();
  return enough[rankOf(options.target ?? 0.8, enough.length) - 1];
}

/** The largest U of the lower tail that the two-sided test calls different; −1 when there is none. */
function criticalU(runs: number, alpha: number): number {
  const { atMost } = uDistribution(runs, runs);
  let u = -1;
  while (2 * atMost(u + 1) <= alpha) u++;
  return u;
}

function simulatedU(runs: number, effect: number, random: Variates): number {
  const [a, b] = [sample(runs, random), sample(runs, random)];
  let u = 0;
  for (const y of b) for (const x of a) if (x < y + effect) u++;
  return u;
}

function sample(runs: number, random: Variates): number[] {
  return Array.from({ length: runs }, () => random.normal());
}
