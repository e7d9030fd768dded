import { MIN_CLUSTERS } from '../bootstrap.ts';
import { risingBounds } from '../measured.ts';
import { normalCdf } from '../normal.ts';
import type { Bound, OrderedSamples } from '../ordered-samples.ts';
import { rankOf } from '../quantile.ts';
import { studentQuantile } from '../student.ts';
import { type RunStatistic, resampled } from './run-statistic.ts';
import { type Variates, variates } from './variates.ts';

export interface ClusterBootstrapOptions {
  readonly seed: number;
  /** Coverage asked for; 0.95 unless given. */
  readonly level?: number;
  /** Resamples; 2000 unless given. */
  readonly draws?: number;
}

/** A statistic of one side with its interval. */
export interface Estimate {
  readonly value: Bound;
  readonly low: Bound;
  readonly high: Bound;
}

/** How much the second side differs, with its interval. */
export interface Effect {
  /** Undefined where a side that is only known to be at least something leaves it open. */
  readonly value: number | undefined;
  /** −Infinity and Infinity where nothing bounds it. */
  readonly low: number;
  readonly high: number;
}

/**
 * A quantile of several runs with a percentile interval by the cluster bootstrap: draws runs with replacement, then
 * within each drawn run its samples. Both stages are drawn exactly, not approximated; see RunStatistic. Undefined below
 * MIN_CLUSTERS runs. Throws RangeError when a run has no samples. Deterministic for a seed.
 */
export function clusterBootstrap(
  runs: readonly OrderedSamples[],
  statistic: RunStatistic,
  options: ClusterBootstrapOptions,
): Estimate | undefined {
  const side = resampled(runs, statistic);
  if (runs.length < MIN_CLUSTERS) return undefined;
  const random = variates(options.seed);
  const chosen = new Uint32Array(runs.length);
  const drawn = Array.from({ length: options.draws ?? 2000 }, () =>
    side.draw(choose(chosen, random), random),
  );
  drawn.sort(risingBounds);
  const tail = tailOf(options.level, runs.length, runs.length - 1);
  return {
    value: side.value,
    low: drawn[rankOf(tail, drawn.length) - 1]!,
    high: drawn[rankOf(1 - tail, drawn.length) - 1]!,
  };
}

/**
 * Difference b − a and ratio b / a of a quantile, with intervals like those of clusterBootstrap. `paired`: run i of
 * both sides had the same seed, and they are drawn together. The ratio is open where side a can be 0 or negative.
 * Throws RangeError when a run has no samples, or when paired sides have different numbers of runs.
 */
export function clusterBootstrapEffect(
  a: readonly OrderedSamples[],
  b: readonly OrderedSamples[],
  statistic: RunStatistic,
  options: ClusterBootstrapOptions & { readonly paired?: boolean },
): { readonly difference: Effect; readonly ratio: Effect } | undefined {
  if (options.paired && a.length !== b.length) {
    throw new RangeError(`Expected as many runs on both sides of pairs, got ${a.length} and ${b.length}`);
  }
  const [first, second] = [resampled(a, statistic), resampled(b, statistic)];
  const fewer = Math.min(a.length, b.length);
  if (fewer < MIN_CLUSTERS) return undefined;
  const draws = options.draws ?? 2000;
  const random = variates(options.seed);
  const chosenA = new Uint32Array(a.length);
  const chosenB = options.paired ? chosenA : new Uint32Array(b.length);
  const differences = new Draws(draws);
  const ratios = new Draws(draws);
  for (let round = 0; round < draws; round++) {
    choose(chosenA, random);
    if (!options.paired) choose(chosenB, random);
    const x = first.draw(chosenA, random);
    const y = second.draw(chosenB, random);
    differences.add(difference(x, y));
    ratios.add(ratio(x, y));
  }
  const freedom = options.paired ? fewer - 1 : a.length + b.length - 2;
  const tail = tailOf(options.level, fewer, freedom);
  return {
    difference: differences.effect(difference(first.value, second.value), tail),
    ratio: ratios.effect(ratio(first.value, second.value), tail),
  };
}

/** A number between two others: equal where it is known. */
type Range = readonly [least: number, most: number];

/** Results of draws; each may itself be known only within a range. */
class Draws {
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #count = 0;

  constructor(draws: number) {
    this.#least = new Float64Array(draws);
    this.#most = new Float64Array(draws);
  }

  add([least, most]: Range): void {
    this.#least[this.#count] = least;
    this.#most[this.#count++] = most;
  }

  effect([least, most]: Range, tail: number): Effect {
    const [lows, highs] = [this.#least.sort(), this.#most.sort()];
    return {
      value: least === most ? least : undefined,
      low: lows[rankOf(tail, lows.length) - 1]!,
      high: highs[rankOf(1 - tail, highs.length) - 1]!,
    };
  }
}

function difference(x: Bound, y: Bound): Range {
  const known = y.value - x.value;
  return [x.atLeast ? -Infinity : known, y.atLeast ? Infinity : known];
}

function ratio(x: Bound, y: Bound): Range {
  if (x.value <= 0) return [-Infinity, Infinity];
  const known = y.value / x.value;
  return [x.atLeast ? Math.min(0, known) : known, y.atLeast ? Infinity : known];
}

/** Fills `chosen` with run numbers, drawn with replacement. */
function choose(chosen: Uint32Array, random: Variates): Uint32Array {
  for (let i = 0; i < chosen.length; i++) chosen[i] = random.below(chosen.length);
  return chosen;
}

/**
 * The tail to cut off on either side. Percentile intervals of few clusters are too narrow: the bootstrap's variance
 * lacks the factor n/(n−1), and normal quantiles stand for Student's. Hesterberg (2015, section 3.3) widens them so.
 */
function tailOf(level = 0.95, clusters: number, freedom: number): number {
  const t = studentQuantile((1 + level) / 2, freedom);
  return normalCdf(-Math.sqrt(clusters / (clusters - 1)) * t);
}
