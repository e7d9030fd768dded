import {
  hodgesLehmann,
  normalQuantile,
  orderValues,
  quantile,
  variates,
  walshShift,
} from '../stats/index.ts';
import { SEED } from './side-summary.ts';

/** How surely a shift is found that is called detectable: 95 % and a margin, since the spread is known from few runs only. */
const POWER = 0.98;
/** More runs a side than anybody will make. */
export const MOST_RUNS = 50;
/** Comparisons that are simulated for each number of runs. */
const SAMPLES = 2000;
/** Up to so many runs a side the test is simulated; beyond, it is close to its normal limit. */
const SIMULATED = 15;
/** Standard error of a Hodges-Lehmann shift over that of a difference of means, normal samples: √(π/3). */
const HODGES_LEHMANN = 1.0233;

export interface Dispersion {
  /** Of pairs, whose differences are tested, or of sides. */
  readonly paired: boolean;
  /** Standard deviation from run to run, or that of the differences of pairs, as a share of the value of `a`. */
  readonly deviation: number;
  /** The smallest change that counts, as a share of the value of `a`. */
  readonly minimum: number;
  /** Level of one test: after Holm, that of the smallest p. */
  readonly alpha: number;
}

/**
 * The smallest worsening, as a share, that `runs` runs a side call worse with at least 95 % power: it must be significant,
 * and the shift that is found must reach the minimum. Infinity when with so few runs nothing can be significant.
 */
export function detectable(runs: number, dispersion: Dispersion): number {
  // What is slower by a share also spreads more by that share.
  const once = shiftNeeded(runs, dispersion);
  const deviation = dispersion.deviation * (1 + once / 2);
  return once === Infinity ? once : shiftNeeded(runs, { ...dispersion, deviation });
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

function shiftNeeded(runs: number, { paired, deviation, minimum, alpha }: Dispersion): number {
  if (runs > SIMULATED) {
    const error = HODGES_LEHMANN * deviation * Math.sqrt((paired ? 1 : 2) / runs);
    const z = normalQuantile(POWER);
    return Math.max((z - normalQuantile(alpha / 2)) * error, minimum + z * error);
  }
  const needed = simulated(runs, alpha, paired).map(({ low, shift }) =>
    Math.max(-low * deviation, minimum - shift * deviation),
  );
  // An interval without an end excludes nothing, whatever the shift (0 deviations of it are not a number).
  const isOpen = needed.some((each) => !Number.isFinite(each));
  return isOpen ? Infinity : quantile(orderValues(needed), POWER)!.value;
}

interface Simulated {
  /** Low end of the interval that excludes 0 where the test says p < alpha, in standard deviations. */
  readonly low: number;
  readonly shift: number;
}

const known = new Map<string, readonly Simulated[]>();

/**
 * Normal samples without a difference. A shift of one side moves the estimate and its interval by just as much, so what each
 * sample lacks to be called worse is what has to be added.
 */
function simulated(runs: number, alpha: number, paired: boolean): readonly Simulated[] {
  const key = `${runs} ${alpha} ${paired}`;
  const before = known.get(key);
  if (before) return before;
  const random = variates(SEED);
  const sample = () => Array.from({ length: runs }, () => random.normal());
  const samples = Array.from({ length: SAMPLES }, () => {
    const { shift, low } = paired
      ? walshShift(sample(), 1 - alpha)
      : hodgesLehmann(sample(), sample(), 1 - alpha);
    return { shift: shift!, low };
  });
  known.set(key, samples);
  return samples;
}
