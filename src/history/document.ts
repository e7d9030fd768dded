import { z } from 'zod';
import { UNITS } from '../stats/index.ts';

/** The version of a history that is written. */
const HISTORY_FORMAT = 1;

const count = z.int().min(0);
const place = count.meta({ description: 'Number of a point of the group, from 0.' });

const bound = z
  .object({ value: z.number(), atLeast: z.boolean() })
  .readonly()
  .meta({ id: 'Level', description: 'A value; with atLeast, only that the truth is not smaller.' });

const point = z
  .object({
    id: z.string().meta({ description: 'The folder within the one that was looked at.' }),
    startedAt: z.iso.datetime().meta({ description: 'Of its first run.' }),
    runs: count,
    commit: z.string(),
    environment: count.meta({ description: 'Number of an environment of the group.' }),
    conditions: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Why its machine was not quiet; such a point is shown, and counts.' }),
  })
  .readonly()
  .meta({ id: 'HistoryPoint', description: 'What one folder holds of a scenario, usually one night.' });

const change = z
  .object({
    point: place.meta({ description: 'The first point at the new level.' }),
    p: z.number().meta({ description: 'Share of random orders of the values with a split as clear.' }),
    before: bound,
    after: bound,
    change: z.number().nullable().meta({
      description: 'After against before, as a share of before; of a series of differences: after − before.',
    }),
    direction: z.enum(['better', 'worse']),
    state: z.enum(['open', 'environment', 'acknowledged', 'undone']).meta({
      description:
        'environment: the machine or the configuration changed there too; undone: the level of today is back.',
    }),
    reason: z.string().optional().meta({ description: 'As it was acknowledged.' }),
  })
  .readonly()
  .meta({ id: 'HistoryChange' });

const series = z
  .object({
    key: z.string().meta({ description: 'Metric with labels, as in reports.' }),
    metric: z.string(),
    statistic: z.enum(['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']),
    of: z.enum(['value', 'difference']).meta({
      description: 'difference: of the two sides of each comparison, as a share of the first.',
    }),
    unit: z.enum(Object.keys(UNITS) as [keyof typeof UNITS]),
    better: z.enum(['lower', 'higher']),
    gated: z.boolean().meta({ description: 'A gate names it: it decides the outcome.' }),
    values: z
      .array(
        z
          .object({
            point: place,
            runs: count.meta({
              description: 'Runs whose median this is; of a difference: on the smaller side.',
            }),
            value: z.number(),
            atLeast: z.boolean(),
            low: z.number().nullable(),
            high: z.number().nullable(),
          })
          .readonly(),
      )
      .readonly()
      .meta({
        description:
          'Only points that have it. low and high: the 95 % interval of a difference; of values the range over runs.',
      }),
    changes: z.array(change).readonly(),
    notes: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({ id: 'HistorySeries' });

const environment = z
  .record(z.string(), z.string())
  .readonly()
  .meta({ id: 'Environment', description: 'Identity fields of the fingerprint, without the revision.' });

const group = z
  .object({
    name: z.string().meta({ description: 'The scenario, with the combination of its matrix.' }),
    scenario: z.string(),
    points: z.array(point).readonly().meta({ description: 'In the order of time.' }),
    environments: z.array(environment).readonly(),
    environmentChanges: z
      .array(
        z
          .object({
            point: place.meta({ description: 'The first point in the new environment.' }),
            fields: z
              .array(z.object({ field: z.string(), before: z.string(), after: z.string() }).readonly())
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
    series: z.array(series).readonly(),
  })
  .readonly()
  .meta({ id: 'HistoryGroup' });

export const historyDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('History'),
    format: z.literal(HISTORY_FORMAT),
    source: z.string().meta({ description: 'The folder that was looked at, as it was given.' }),
    groups: z.array(group).readonly(),
    outcome: z.enum(['passed', 'regression', 'inconclusive']),
    exitCode: z.union([z.literal(0), z.literal(5), z.literal(6)]),
    reasons: z.array(z.string()).readonly().meta({ description: 'One line each: why it is not `passed`.' }),
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({
    id: 'History',
    title: 'churnlab history',
    description: 'Trends over a folder of results; see docs/results.md.',
  });

/** What a folder of nightly results says about how metrics went. */
export type HistoryDocument = z.infer<typeof historyDocument>;
export type HistoryGroup = HistoryDocument['groups'][number];
export type HistoryPoint = HistoryGroup['points'][number];
export type HistorySeries = HistoryGroup['series'][number];
export type HistoryChange = HistorySeries['changes'][number];
export type Environment = HistoryGroup['environments'][number];

/** schemas/history.schema.json. */
export function historySchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(historyDocument, { target: 'draft-07' }), null, 2)}\n`;
}
