import { seeded } from '../random.ts';

export interface Calibration {
  readonly splits: number;
  /** Splits on which the decision was "yes". */
  readonly alarms: number;
  /** alarms / splits. Splits share their runs, so this is no binomial share and has no interval of its own. */
  readonly rate: number;
}

/**
 * A/A calibration: splits runs of the same code at random into two halves, and counts on how many splits `decide` sees
 * a difference. With a `decide` that first shifts its second half it is the power on these runs. Throws RangeError
 * below 4 runs. Deterministic for a seed.
 */
export function calibrate<Run>(
  runs: readonly Run[],
  decide: (a: readonly Run[], b: readonly Run[]) => boolean,
  options: { readonly splits: number; readonly seed: number },
): Calibration {
  if (runs.length < 4) throw new RangeError(`Expected at least 4 runs, got ${runs.length}`);
  const random = seeded(options.seed);
  const shuffled = [...runs];
  const half = runs.length >> 1;
  let alarms = 0;
  for (let split = 0; split < options.splits; split++) {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    if (decide(shuffled.slice(0, half), shuffled.slice(half, 2 * half))) alarms++;
  }
  return { splits: options.splits, alarms, rate: alarms / options.splits };
}
