import { fitGrowth, type GrowthFit, orderValues, quantile } from '../../stats/index.ts';
import type { Blocks } from '../blocks.ts';

/** What an operation took at one size; ns. */
export interface Level {
  /** Addresses held, or the share of all. */
  readonly size: number;
  readonly allocate: Blocks;
  readonly release: Blocks;
}

/** How the medians of blocks grow with the size; undefined with fewer than three sizes. */
export function growthOf(levels: readonly Level[], verb: 'allocate' | 'release'): GrowthFit | undefined {
  if (levels.length < 3) return undefined;
  const points = levels.flatMap((level) =>
    level[verb].map((block) => [level.size, quantile(orderValues(block), 0.5)!.value] as const),
  );
  return points.length < 4 ? undefined : fitGrowth(points);
}
