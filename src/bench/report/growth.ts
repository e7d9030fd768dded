import { fitGrowth, type GrowthFit, type GrowthPoint, orderValues, quantile } from '../../stats/index.ts';
import type { LevelsResult } from '../levels.ts';
import type { SubjectName } from '../subject.ts';

/** Sizes and points that a fit needs. */
const MIN_SIZES = 3;
const MIN_POINTS = 4;

/**
 * How the median of a block's ADDs grows with the pods live while it ran: those at its start and half of what it
 * adds. Undefined where there are too few sizes.
 */
export function growthOf({ levels, perBlock }: LevelsResult, name: SubjectName): GrowthFit | undefined {
  const points = levels.flatMap(({ live, subjects }): GrowthPoint[] =>
    subjects
      .filter((subject) => subject.name === name)
      .flatMap(({ add }) =>
        add.map((block): GrowthPoint => [live + perBlock / 2, quantile(orderValues(block), 0.5)!.value]),
      ),
  );
  const sizes = new Set(points.map(([size]) => size)).size;
  return sizes < MIN_SIZES || points.length < MIN_POINTS ? undefined : fitGrowth(points);
}
