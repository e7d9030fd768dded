import { z } from 'zod';
import type { HistoryGroup, HistorySeries } from '../document.ts';

/** Points by which a change may move as more nights come in. */
const NEAR = 2;

const text = z.string('a text').min(1, 'a text');

export const acknowledgementSchema = z
  .strictObject({
    scenario: text.optional().meta({ description: 'Only in this scenario.' }),
    metric: text
      .optional()
      .meta({ description: 'Only of this metric, or of this series of it: `cni.add{plugin=bridge}`.' }),
    statistic: z
      .enum(['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'])
      .optional()
      .meta({ description: 'Only of this value.' }),
    since: text.meta({
      description: 'The day (2026-10-10), or the name of the folder, from which on the level is another.',
    }),
    reason: text.meta({ description: 'Why that is all right; reports show it.' }),
  })
  .readonly();

/** A change that somebody looked at. */
export class Acknowledgement {
  readonly reason: string;
  /** `file:line:col`, for messages. */
  readonly place: string;
  readonly #fields: z.infer<typeof acknowledgementSchema>;

  constructor(fields: z.infer<typeof acknowledgementSchema>, place: string) {
    this.#fields = fields;
    this.reason = fields.reason;
    this.place = place;
  }

  /** Whether a change at `point` is this one: of the same series, and not more than two points from `since`. */
  explains(
    series: Pick<HistorySeries, 'key' | 'metric' | 'statistic'>,
    point: number,
    group: Pick<HistoryGroup, 'scenario' | 'points'>,
  ): boolean {
    const { scenario, metric, statistic } = this.#fields;
    if (scenario !== undefined && scenario !== group.scenario) return false;
    if (metric !== undefined && metric !== series.key && metric !== series.metric) return false;
    if (statistic !== undefined && statistic !== series.statistic) return false;
    const named = this.#pointIn(group);
    return named >= 0 && Math.abs(named - point) <= NEAR;
  }

  #pointIn({ points }: Pick<HistoryGroup, 'points'>): number {
    const { since } = this.#fields;
    const isDay = /^\d{4}-\d\d-\d\d/.test(since);
    return points.findIndex(({ id, startedAt }) => id === since || (isDay && startedAt >= since));
  }
}
