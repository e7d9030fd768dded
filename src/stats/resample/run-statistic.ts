import { median } from '../measured.ts';
import { type Bound, type OrderedSamples, orderSamples } from '../ordered-samples.ts';
import { atRank, quantile, rankOf } from '../quantile.ts';
import type { Variates } from './variates.ts';

/** What is said of a side of several runs. */
export interface RunStatistic {
  /** 0..1. */
  readonly quantile: number;
  /**
   * `runs`: the median over runs of the quantile of each; one strange run does not move it, and it is what tests on
   * run summaries compare. `pool`: the quantile of all samples of all runs together.
   */
  readonly over: 'runs' | 'pool';
}

/** A statistic of some runs, and of resamples of them. */
export interface Resampled {
  /** Of the samples as they are. */
  readonly value: Bound;
  /** Of the runs `chosen` (numbers, with repetitions), the samples within each drawn anew with replacement. */
  draw(chosen: Uint32Array, random: Variates): Bound;
}

/** Throws RangeError when there is no run, or one without samples. */
export function resampled(runs: readonly OrderedSamples[], statistic: RunStatistic): Resampled {
  if (runs.length === 0) throw new RangeError('Expected at least one run');
  const empty = runs.findIndex(({ values }) => values.length === 0);
  if (empty >= 0) throw new RangeError(`Expected samples in every run, got none in number ${empty}`);
  return statistic.over === 'runs'
    ? medianOfRuns(runs, statistic.quantile)
    : quantileOfPool(runs, statistic.quantile);
}

/**
 * Sample by sample, the quantile of a resample of n samples is the one at ⌈n·U⌉ in their order, U the k-th smallest of
 * n uniform numbers: Beta(k, n + 1 − k). One such number in place of n samples, with the same distribution.
 */
function medianOfRuns(runs: readonly OrderedSamples[], q: number): Resampled {
  return {
    value: median(runs.map((run) => quantile(run, q)!)),
    draw: (chosen, random) =>
      median(
        Array.from(chosen, (number) => {
          const run = runs[number]!;
          const n = run.values.length;
          const k = rankOf(q, n);
          return atRank(run, Math.min(n, Math.max(1, Math.ceil(n * random.beta(k, n + 1 - k)))));
        }),
      ),
  };
}

/**
 * The wanted rank of the pooled resample is searched by halving: how many of a run's resample fall below a position
 * is binomial given how many fell into the window around it. So a draw takes runs × log(samples) numbers, and its
 * distribution is that of drawing every sample.
 */
function quantileOfPool(runs: readonly OrderedSamples[], q: number): Resampled {
  const pool = poolOf(runs);
  const places = placesOf(pool, runs.length);
  const times = new Uint32Array(runs.length);
  return {
    value: quantile(pool, q)!,
    draw(chosen, random) {
      times.fill(0);
      for (const run of chosen) times[run]!++;
      const windows = places.flatMap((place, run) =>
        times[run] === 0 ? [] : [new Window(place, times[run]! * place.length)],
      );
      const total = windows.reduce((sum, { count }) => sum + count, 0);
      let wanted = rankOf(q, total);
      let [low, high] = [0, pool.values.length];
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        let below = 0;
        for (const window of windows) below += window.split(middle, random);
        const left = wanted <= below;
        if (left) high = middle;
        else {
          low = middle;
          wanted -= below;
        }
        for (const window of windows) window.keep(left);
      }
      return atRank(pool, low + 1);
    },
  };
}

/** The part of a run's samples between two positions of the pool, and how many of its resample lie there. */
class Window {
  readonly #places: Uint32Array;
  #from = 0;
  #to: number;
  #split = 0;
  #below = 0;
  count: number;

  constructor(places: Uint32Array, count: number) {
    this.#places = places;
    this.#to = places.length;
    this.count = count;
  }

  /** Draws how many of the resample lie before `position`. */
  split(position: number, random: Variates): number {
    this.#below = 0;
    if (this.count === 0) return 0;
    this.#split = firstAtLeast(this.#places, position, this.#from, this.#to);
    this.#below = random.binomial(this.count, (this.#split - this.#from) / (this.#to - this.#from));
    return this.#below;
  }

  /** Goes on with what lies before the position of the last split, or with the rest. */
  keep(left: boolean): void {
    if (left) {
      this.#to = this.#split;
      this.count = this.#below;
    } else {
      this.#from = this.#split;
      this.count -= this.#below;
    }
  }
}

/** All samples of all runs in one order, the number of the run as their cluster. */
function poolOf(runs: readonly OrderedSamples[]): OrderedSamples {
  const total = runs.reduce((sum, { values }) => sum + values.length, 0);
  const values = new Float64Array(total);
  const atLeast = new Uint8Array(total);
  const clusters = new Uint32Array(total);
  let offset = 0;
  for (const [number, run] of runs.entries()) {
    const end = offset + run.values.length;
    values.set(run.values, offset);
    atLeast.fill(1, offset + run.exact, end);
    clusters.fill(number, offset, end);
    offset = end;
  }
  return orderSamples({ values, atLeast, clusters });
}

/** For each run the positions of its samples in the pool, rising. */
function placesOf({ clusters }: OrderedSamples, runs: number): Uint32Array[] {
  const sizes = new Uint32Array(runs);
  for (const run of clusters) sizes[run]!++;
  const places = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(runs);
  for (const [position, run] of clusters.entries()) places[run]![filled[run]!++] = position;
  return places;
}

/** The first index in [from, to) whose entry is at least `wanted`, or `to`. */
function firstAtLeast(rising: Uint32Array, wanted: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
