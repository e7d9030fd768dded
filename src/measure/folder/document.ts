import { z } from 'zod';
import { FAILURE_CLASSES } from '../../cni/index.ts';
import { UNITS } from '../../stats/index.ts';
import { claim, growthRule } from './claim.ts';
import { exhaustion } from './exhaustion.ts';

/** The version of run.json that is written; readers know every older one. */
export const RUN_FORMAT = 1;

const count = z.int().min(0);
const ns = z.number();
const labels = z.record(z.string(), z.string()).readonly();

const bound = z
  .object({ value: z.number(), atLeast: z.boolean() })
  .readonly()
  .meta({ id: 'Bound', description: 'A value; with atLeast, only that the truth is not smaller.' });

const interval = z.object({ low: bound, high: bound }).readonly();

const summary = z
  .object({
    metric: z.string(),
    labels,
    key: z.string().meta({ description: 'Metric with labels, as in reports: cni.add{plugin=bridge}.' }),
    unit: z.enum(Object.keys(UNITS) as [keyof typeof UNITS]),
    count,
    ok: count,
    failed: z.partialRecord(z.enum(FAILURE_CLASSES), count).readonly(),
    pending: count.meta({ description: 'Without an answer at the end of the run; counted at their age.' }),
    negative: count.meta({ description: 'Negative values: a defect of clocks or stamps.' }),
    min: bound,
    p50: bound,
    p90: bound,
    p95: bound,
    p99: bound,
    'p99.9': bound,
    max: bound,
    mean: bound,
    intervals: z
      .object({ p50: interval.optional(), p99: interval.optional() })
      .readonly()
      .meta({ description: '95 % intervals by bootstrap of whole seconds.' }),
    histogram: z
      .object({ scale: z.number(), encoded: z.string() })
      .readonly()
      .meta({ description: 'HdrHistogram V2, compressed, base64; integers of 1/scale of the unit.' }),
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({ id: 'Summary' });

const quantileOrNull = z.array(z.number().nullable()).readonly();
const windows = z
  .object({
    metric: z.string(),
    labels,
    startNs: ns,
    widthNs: ns,
    count: z.array(count).readonly(),
    unsuccessful: z.array(count).readonly(),
    p50: quantileOrNull,
    p99: quantileOrNull,
    max: quantileOrNull,
  })
  .readonly()
  .meta({ id: 'WindowSeries', description: 'One-second windows by arrival; empty ones are null.' });

const breakdown = z
  .object({
    metric: z.string(),
    bands: z
      .array(
        z.object({ from: z.number(), to: z.number(), count, parts: z.record(z.string(), ns) }).readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Breakdown', description: 'Mean ns per part, in bands of the quantiles of the whole.' });

const invariant = z
  .object({
    name: z.string(),
    title: z.string(),
    checks: count.meta({ description: 'How often it was checked; 0: nothing is known.' }),
    violations: count,
    witness: z
      .object({ text: z.string(), at: ns, ageNs: ns })
      .readonly()
      .optional()
      .meta({ description: 'The first violation: when (monotonic ns), and how old it was when seen.' }),
    unknown: z.string().optional().meta({ description: 'Why the result cannot be relied on.' }),
    notApplicable: z.string().optional().meta({ description: 'Why it says nothing about this network.' }),
  })
  .readonly()
  .meta({ id: 'InvariantResult' });

const limit = z
  .object({
    value: z.number(),
    unit: z.enum(['ns', 'per-second', 'share', 'bytes', 'count']),
    text: z.string(),
  })
  .readonly();
const limits = { max: limit.optional(), min: limit.optional(), because: z.string().optional() };
const quantile = z.enum(['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']);
const notApplicable = z
  .string()
  .optional()
  .meta({ description: 'Why the metric cannot be had of this network there.' });

const gate = z
  .discriminatedUnion('kind', [
    z
      .object({
        kind: z.literal('metric'),
        metric: z.string(),
        quantile,
        phase: z.string().optional().meta({ description: 'Only series of this phase’s traffic.' }),
        notApplicable,
        ...limits,
      })
      .readonly(),
    z
      .object({ kind: z.literal('invariants'), invariants: z.literal('all'), because: z.string().optional() })
      .readonly(),
    z
      .object({
        kind: z.literal('rate'),
        rate: z.enum(['failed', 'late', 'dropped', 'completed']),
        ...limits,
      })
      .readonly(),
    z
      .object({
        kind: z.literal('regression'),
        metric: z.string(),
        quantile,
        phase: z.string().optional(),
        detect: z.number().meta({ description: 'Share by which it may not get worse unnoticed.' }),
        minimum: z.number().meta({ description: 'Share below which a change does not count.' }),
        atLeast: limit.optional(),
        notApplicable,
        because: z.string().optional(),
      })
      .readonly()
      .meta({ description: 'Decided by a comparison with other runs.' }),
    z
      .object({
        kind: z.literal('growth'),
        metric: z.string(),
        phase: z.string().optional(),
        quantile: growthRule.shape.quantile,
        axis: z.string(),
        where: growthRule.shape.where,
        exponent: z.object({ min: z.number().optional(), max: z.number().optional() }).readonly(),
        because: z.string().optional(),
      })
      .readonly()
      .meta({ description: 'Decided over the runs of a matrix.' }),
  ])
  .meta({ id: 'Gate' });

const load = z
  .object({
    mode: z.enum(['open', 'closed']),
    planned: count,
    started: count,
    dropped: count,
    late: count.meta({ description: 'Started later than intended by more than lateAfterNs.' }),
    lateAfterNs: ns,
    completed: count,
    failed: count,
    durationNs: ns.meta({ description: 'First to last arrival.' }),
    lag: z
      .object({ p50: ns, p99: ns, max: ns })
      .readonly()
      .meta({ description: 'Intended start to real start, ns; part of every latency of an open loop.' }),
  })
  .readonly()
  .meta({ id: 'Load' });

const probe = z
  .object({ rounds: count, p50: ns, p99: ns, max: ns })
  .readonly()
  .meta({ id: 'NoiseProbe', description: 'A fixed piece of work, over and over: ns per round.' });

const fingerprint = z
  .object({
    identity: z
      .object({
        kernel: z.string(),
        arch: z.string(),
        cpu: z.string(),
        /** In a virtual machine whose processor is emulated: compares with others like it and with nothing else. */
        emulated: z.literal(true).optional(),
        cores: count,
        memoryBytes: z.number(),
        node: z.string(),
        churnlab: z.string(),
        commit: z.string(),
        dirty: z.boolean(),
        configuration: z.string().meta({ description: 'SHA-256 of the configuration, keys sorted.' }),
      })
      .readonly(),
    condition: z
      .object({
        stealShare: z.number(),
        loadBefore: z.number(),
        loadAfter: z.number(),
        noiseBefore: probe,
        noiseAfter: probe,
        loopLag: z.object({ p50: ns, p99: ns, max: ns }).readonly(),
      })
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Fingerprint' });

export const runDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('Run'),
    format: z.literal(RUN_FORMAT),
    id: z.string(),
    scenario: z
      .object({
        name: z.string(),
        description: z.string(),
        file: z.string(),
        source: z.string().meta({ description: 'The text of the scenario file.' }),
        changed: z.array(z.string()).readonly(),
        asRun: z.unknown(),
        claim: claim.optional(),
      })
      .readonly(),
    lab: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .readonly()
      .meta({ description: 'What was under test, in words: substrate, nodes, network, services, ...' }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    clock: z
      .object({
        source: z.literal('CLOCK_MONOTONIC'),
        startNs: ns,
        endNs: ns,
        zeroUnixNs: z.number(),
        errorNs: ns.meta({ description: 'Bound on the difference of clocks; 0 within one machine.' }),
      })
      .readonly(),
    phases: z.array(z.object({ name: z.string(), startNs: ns, deadlineNs: ns }).readonly()).readonly(),
    load,
    fingerprint,
    summaries: z.array(summary).readonly(),
    primary: z.array(z.string()).readonly().meta({ description: 'Keys of the metrics that are plotted.' }),
    windows: z.array(windows).readonly(),
    breakdown: breakdown.optional(),
    exhaustion: exhaustion.optional(),
    invariants: z.array(invariant).readonly(),
    gates: z.array(gate).readonly(),
    warnings: z.array(z.string()).readonly(),
  })
  .readonly()
  .meta({ id: 'Run', title: 'churnlab run', description: 'run.json of a run folder; see docs/results.md.' });

/** run.json: all that is known of a run besides its raw samples and events. */
export type RunDocument = z.infer<typeof runDocument>;
export type Summary = z.infer<typeof summary>;
export type WindowSeries = z.infer<typeof windows>;
export type Breakdown = z.infer<typeof breakdown>;
export type InvariantResult = z.infer<typeof invariant>;
export type GateSpec = z.infer<typeof gate>;
export type LoadResult = z.infer<typeof load>;
export type Fingerprint = z.infer<typeof fingerprint>;
export type NoiseProbe = z.infer<typeof probe>;
export type BoundValue = z.infer<typeof bound>;
export type IntervalValue = z.infer<typeof interval>;
