import { type Bound, changePoints } from '../stats/index.ts';
import type { Acknowledgement } from './acknowledged/acknowledgement.ts';
import type { HistoryChange, HistoryGroup } from './document.ts';
import type { Trend } from './series.ts';

/** Values that it takes before a change can be told from chance. */
export const MIN_POINTS = 10;
/** Seeds the permutation tests: the same folder gives the same history. */
const SEED = 0x5eed;
/** Level of the test of one series; there are many that decide nothing, and none of them shall cry wolf. */
const ALPHA = { gated: 0.01, shown: 0.001 } as const;
/** Points by which what is known to have happened may lie beside where a change was found. */
const NEAR = 1;

/** What may explain a change. */
export interface Explanations {
  readonly group: Pick<HistoryGroup, 'name' | 'scenario' | 'points' | 'environmentChanges'>;
  readonly acknowledged: readonly Acknowledgement[];
  /** Those that explained something are added. */
  readonly used: Set<Acknowledgement>;
}

/** Where a trend changed its level by as much as counts, and what is known about why. */
export function changesOf(trend: Trend, explanations: Explanations): HistoryChange[] {
  const { values, of, better, gated } = trend;
  const found = changePoints(values, {
    seed: SEED,
    minimum: MIN_POINTS,
    alpha: gated ? ALPHA.gated : ALPHA.shown,
  });
  const today = found.at(-1)?.after;
  return found
    .filter(({ before, after }) => counts(trend, before, after))
    .map(({ index, p, before, after }) => {
      const point = values[index]!.point;
      const isWorse = rises(before, after) === (better === 'lower');
      const isUndone = !counts(trend, before, today!) || rises(before, today!) !== rises(before, after);
      const acknowledgement = explanations.acknowledged.find((each) =>
        each.explains(trend, point, explanations.group),
      );
      if (acknowledgement) explanations.used.add(acknowledgement);
      const state = acknowledgement
        ? 'acknowledged'
        : isUndone
          ? 'undone'
          : explainedByEnvironment(trend, point, explanations)
            ? 'environment'
            : 'open';
      return {
        ...{ point, p, before, after, state },
        change: of === 'difference' ? after.value - before.value : shareOf(before, after),
        direction: isWorse ? 'worse' : 'better',
        ...(acknowledgement && { reason: acknowledgement.reason }),
      };
    });
}

/** Whether two levels differ by as much as counts. A level that is only a lower bound differs from one that is known. */
function counts({ of, minimum }: Trend, before: Bound, after: Bound): boolean {
  if (before.atLeast !== after.atLeast) return true;
  const difference = Math.abs(after.value - before.value);
  const share = of === 'difference' ? 1 : Math.abs(before.value);
  return difference > 0 && difference >= minimum.absolute && difference >= minimum.relative * share;
}

function rises(before: Bound, after: Bound): boolean {
  return before.atLeast === after.atLeast ? after.value > before.value : after.atLeast;
}

function shareOf(before: Bound, after: Bound): number | null {
  return before.value === 0 ? null : (after.value - before.value) / Math.abs(before.value);
}

/** Both sides of a difference had the same machine: of it only the load, the lab and the baseline can be a reason. */
function explainedByEnvironment({ of }: Trend, point: number, { group }: Explanations): boolean {
  return group.environmentChanges.some(
    (change) =>
      Math.abs(change.point - point) <= NEAR &&
      change.fields.some(({ field }) => of === 'value' || !field.startsWith('identity.')),
  );
}
