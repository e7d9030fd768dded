import { z } from 'zod';
import { UNITS } from '../stats/index.ts';

/** The version of a comparison that is written; readers know every older one. */
export const COMPARISON_FORMAT = 1;

const count = z.int().min(0);
const share = z.number();

const bound = z
  .object({ value: z.number(), atLeast: z.boolean() })
  .readonly()
  .meta({ id: 'ComparedBound', description: 'A value; with atLeast, only that the truth is not smaller.' });

const side = z
  .object({
    name: z.string().meta({ description: 'As it was asked for: a folder, a pattern, a revision.' }),
    runs: z
      .array(
        z
          .object({
            id: z.string(),
            folder: z.string().meta({ description: 'Where it was read from.' }),
            group: z.string(),
            seed: z.number().nullable(),
            startedAt: z.string(),
            commit: z.string(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Side' });

const ofSide = z
  .object({
    runs: count.meta({ description: 'Runs that have the metric: the n of every statistic here.' }),
    samples: count.meta({ description: 'Operations in all of these runs together.' }),
    value: bound.meta({ description: 'Median over runs of the statistic of each run.' }),
    interval: z
      .object({ low: bound, high: bound })
      .readonly()
      .nullable()
      .meta({ description: 'Of the value, 95 %: runs are drawn first, then samples. Null below 5 runs.' }),
    values: z
      .array(z.object({ run: z.string(), value: z.number(), atLeast: z.boolean() }).readonly())
      .readonly()
      .meta({ description: 'One value a run, in the order of the runs of the side.' }),
  })
  .readonly()
  .meta({ id: 'SideSummary' });

const change = z
  .object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })
  .readonly()
  .meta({ id: 'Change', description: 'b − a with its 95 % interval; an end is null where it has none.' });

const verdict = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['better', 'worse']) }).readonly(),
    z
      .object({
        kind: z.literal('same'),
        within: share.meta({
          description:
            'The whole interval of the difference lies within ± this share; 0: within the absolute `minimum`.',
        }),
      })
      .readonly(),
    z
      .object({
        kind: z.literal('inconclusive'),
        needed: count
          .nullable()
          .meta({ description: 'Runs a side that would decide; null where more runs would not help.' }),
        reason: z.string(),
      })
      .readonly(),
    z.object({ kind: z.literal('missing'), side: z.enum(['a', 'b']), reason: z.string() }).readonly(),
  ])
  .meta({ id: 'ComparisonVerdict' });

const metric = z
  .object({
    group: z.string().meta({ description: 'Scenario and combination; see groups.' }),
    key: z.string().meta({ description: 'Metric with labels: cni.add{plugin=bridge}.' }),
    metric: z.string(),
    labels: z.record(z.string(), z.string()).readonly(),
    unit: z.enum(Object.keys(UNITS) as [keyof typeof UNITS]),
    statistic: z.enum(['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']),
    better: z.enum(['lower', 'higher']),
    gated: z.boolean().meta({ description: 'It decides the outcome; the others are shown.' }),
    gate: z
      .enum(['held', 'broken', 'inconclusive'])
      .nullable()
      .meta({ description: 'held: the whole interval excludes a worsening by `detect`. Null: not gated.' }),
    minimum: z
      .object({ relative: share, absolute: z.number() })
      .readonly()
      .meta({ description: 'The smallest change that counts: it must reach both.' }),
    detect: share.meta({ description: 'The change that must not be missed; `same` means within this.' }),
    because: z.string().optional(),
    a: ofSide.nullable(),
    b: ofSide.nullable(),
    difference: z.object({ absolute: change, relative: change.nullable() }).readonly().nullable().meta({
      description: 'Hodges-Lehmann shift of b against a; relative to the value of a; null where that is 0.',
    }),
    test: z
      .enum(['mann-whitney', 'signed-rank'])
      .nullable()
      .meta({ description: 'Of sides, or of pairs: chosen by which of them finds the smaller change.' }),
    p: z.number().nullable(),
    pHolm: z
      .number()
      .nullable()
      .meta({ description: 'After Holm, over the gated metrics or over the others.' }),
    effect: z
      .number()
      .nullable()
      .meta({ description: "Cliff's delta, −1 to 1: positive where b is larger." }),
    detectable: share
      .nullable()
      .meta({ description: 'The smallest worsening that would be called worse with 95 % power.' }),
    verdict,
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({ id: 'ComparedMetric' });

export const comparisonDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('Comparison'),
    format: z.literal(COMPARISON_FORMAT),
    title: z.string(),
    sides: z.object({ a: side, b: side }).readonly(),
    level: share.meta({ description: 'Of every interval.' }),
    groups: z
      .array(
        z
          .object({
            name: z.string().meta({ description: 'Empty when there is one only.' }),
            scenario: z.string(),
            cell: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
            paired: z.boolean().meta({ description: 'Runs of both sides have the same seeds, one to one.' }),
            runs: z.object({ a: count, b: count }).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    differences: z
      .array(
        z
          .object({
            group: z.string(),
            field: z.string().meta({ description: 'identity.kernel, lab.network, scenario.phases, ...' }),
            a: z.string(),
            b: z.string(),
            status: z.enum(['subject', 'allowed', 'refused']).meta({
              description:
                'subject: what is compared (the revision, what a series varies); allowed: on request.',
            }),
          })
          .readonly(),
      )
      .readonly()
      .meta({ description: 'Fields of the fingerprint and the configuration in which the sides differ.' }),
    conditions: z
      .array(
        z
          .object({
            side: z.enum(['a', 'b']),
            run: z.string(),
            reason: z.string(),
            counted: z.boolean().meta({ description: 'False: left out of every statistic.' }),
          })
          .readonly(),
      )
      .readonly()
      .meta({
        description: 'Runs that cannot be relied on: the machine was busy, or the load was not as planned.',
      }),
    residue: z
      .array(
        z
          .object({
            side: z.enum(['a', 'b']),
            group: z.string(),
            field: z.string(),
            values: z.array(z.string()).readonly(),
          })
          .readonly(),
      )
      .readonly()
      .meta({ description: 'Fields that vary inside a side, where every run should be alike.' }),
    invariants: z
      .array(
        z
          .object({
            side: z.enum(['a', 'b']),
            run: z.string(),
            title: z.string(),
            violations: count,
            witness: z.string().optional(),
          })
          .readonly(),
      )
      .readonly()
      .meta({ description: 'Invariants that were broken, by run.' }),
    metrics: z.array(metric).readonly(),
    outcome: z.enum(['passed', 'regression', 'invariant broken', 'inconclusive']),
    exitCode: z.union([z.literal(0), z.literal(4), z.literal(5), z.literal(6)]),
    reasons: z.array(z.string()).readonly().meta({ description: 'One line each: why it is not `passed`.' }),
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({
    id: 'Comparison',
    title: 'churnlab comparison',
    description: 'Two sides of runs, metric by metric; see docs/comparing.md.',
  });

/** What comparing two sides of runs comes to. A pure function of their run.json files. */
export type ComparisonDocument = z.infer<typeof comparisonDocument>;
export type ComparedMetric = ComparisonDocument['metrics'][number];
export type SideSummary = NonNullable<ComparedMetric['a']>;
export type ComparisonVerdict = ComparedMetric['verdict'];

/** schemas/comparison.schema.json. */
export function comparisonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(comparisonDocument, { target: 'draft-07' }), null, 2)}\n`;
}
