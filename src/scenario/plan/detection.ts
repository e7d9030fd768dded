import { detectableEffect, normalQuantile, runsNeeded } from '../../stats/index.ts';
import type { Nanoseconds } from '../schema/quantities.ts';
import type { Gate } from '../spec.ts';

/** Runs a side that a plan looks at: what a night has, and more. */
const RUNS = [8, 12, 20] as const;
/** How surely a change is found that is said to be. */
const POWER = 0.95;
const ALPHA = 0.05;
/** Standard error of a Hodges-Lehmann shift over that of a difference of means, normal samples: √(π/3). */
const HODGES_LEHMANN = Math.sqrt(Math.PI / 3);
const SEED = 0x5eed;

/** What a comparison of so many runs a side finds. */
export interface Detection {
  readonly runs: number;
  /** Of the runs of both sides, one after the other. */
  readonly duration: Nanoseconds;
  /** For each size of change that a gate must not miss: the largest spread of runs with which it does not. Shares. */
  readonly found: readonly { readonly detect: number; readonly spread: number }[];
}

export interface ComparisonPlan {
  /** With fewer a side, no difference can be told from chance, whatever its size. */
  readonly least: number;
  readonly detections: readonly Detection[];
}

/**
 * What gates against a baseline can find with 95 % power, for runs whose values are normal with a standard deviation of
 * `spread` (a share of the median), with Holm over the gates. Undefined without such gates.
 */
export function comparisonPlan(gates: readonly Gate[], duration: Nanoseconds): ComparisonPlan | undefined {
  const regressions = gates.filter((gate) => gate.kind === 'regression');
  if (regressions.length === 0) return undefined;
  const alpha = ALPHA / regressions.length;
  const sizes = new Map(
    regressions.map(({ detect, minimum }) => [`${detect} ${minimum}`, { detect, minimum }]),
  );
  return {
    least: runsNeeded(Infinity, { alpha, seed: SEED })!,
    detections: RUNS.map((runs) => {
      // The test must say so, and the shift that is found must not be smaller than counts.
      const effect = inDeviations(runs, alpha);
      const error = normalQuantile(POWER) * HODGES_LEHMANN * Math.sqrt(2 / runs);
      const found = [...sizes.values()].map(({ detect, minimum }) => ({
        detect,
        spread: effect === undefined ? 0 : Math.min(detect / effect, (detect - minimum) / error),
      }));
      return { runs, duration: 2 * runs * duration, found };
    }),
  };
}

/** Every combination of a matrix asks the same. */
const known = new Map<string, number | undefined>();

function inDeviations(runs: number, alpha: number): number | undefined {
  const key = `${runs} ${alpha}`;
  if (!known.has(key)) known.set(key, detectableEffect(runs, { alpha, target: POWER, seed: SEED }));
  return known.get(key);
}
