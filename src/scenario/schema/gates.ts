import { z } from 'zod';
import { growthSubject } from './claim.ts';
import { field, percentage, text } from './leaf.ts';
import {
  DURATION,
  type Nanoseconds,
  PERCENT,
  parseDuration,
  parsePercent,
  parseRate,
  RATE,
} from './quantities.ts';

/** Which value of a metric's distribution a gate looks at. */
const QUANTILES = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;
/** Shares and rates of a run's pods that a gate can look at. */
const RATES = ['failed', 'late', 'dropped', 'completed'] as const;

/** A limit with the kind of thing it measures. `ns`: nanoseconds; `per-second`; `share`: 0 to 1. */
export interface Limit {
  readonly value: Nanoseconds | number;
  readonly unit: 'ns' | 'per-second' | 'share' | 'bytes' | 'count';
  /** As the author wrote it. */
  readonly text: string;
}

const BYTES = /^\d+(?:\.\d+)?(?:Ki|Mi|Gi)$/;
const A_LIMIT = 'a limit with its unit, such as `20ms`, `600/s`, `1%` or `200Mi`';
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Reads a limit; undefined when it is none of duration, rate, percentage or size. */
function parseLimit(source: string | number): Limit | undefined {
  if (typeof source === 'number') return { value: source, unit: 'count', text: String(source) };
  if (DURATION.test(source)) return { value: parseDuration(source)!, unit: 'ns', text: source };
  if (RATE.test(source)) return { value: parseRate(source)!, unit: 'per-second', text: source };
  if (PERCENT.test(source)) return { value: parsePercent(source)!, unit: 'share', text: source };
  if (BYTES.test(source)) {
    return {
      value: Number(source.slice(0, -2)) * BYTES_PER_UNIT[source.slice(-2)]!,
      unit: 'bytes',
      text: source,
    };
  }
  return undefined;
}

const ANY_LIMIT = new RegExp([DURATION, RATE, PERCENT, BYTES].map((form) => `(?:${form.source})`).join('|'));
const limit = z
  .union([z.string(A_LIMIT).regex(ANY_LIMIT, A_LIMIT), z.number(A_LIMIT).min(0, A_LIMIT)], A_LIMIT)
  .transform((source): Limit => parseLimit(source)!);

const max = () => field(limit.optional(), 'The most that is allowed.', '20ms');
const min = () => field(limit.optional(), 'The least that is demanded.', '290/s');
const because = () =>
  field(
    text.optional(),
    'Why this limit: shown when the gate breaks.',
    'a pod has to have its address in time',
  );

const metricGate = z.strictObject({
  metric: field(
    z.string('the name of a metric, such as `cni.add`'),
    'A metric of docs/metrics.md.',
    'cni.add',
  ),
  quantile: field(
    z.enum(QUANTILES).default('p99'),
    'Which value of the distribution. Failures count as at least the deadline.',
    'p99',
  ),
  phase: field(
    text.optional(),
    'Only what this phase’s `traffic` measured. Left out: where a metric has several series, each must keep to it.',
    'measure',
  ),
  max: max(),
  min: min(),
  because: because(),
});

const invariantGate = z.strictObject({
  invariants: field(z.literal('all'), 'Every invariant holds exactly; needs a drain as the last phase.'),
  because: because(),
});

const rateGate = z.strictObject({
  rate: field(
    z.enum(RATES),
    '`failed`, `late` and `dropped` are shares of all arrivals (`1%`); `completed` is pods ready per second.',
    'failed',
  ),
  max: max(),
  min: min(),
  because: because(),
});

/** Half of what must be found is the least that counts: a shift of the full size is then seldom taken for less. */
const MINIMUM_OF_DETECT = 0.5;

const regressionGate = z.strictObject({
  regression: field(
    z.string('the name of a metric, such as `cni.add`'),
    'A metric that `churnlab compare` holds against a baseline. A run alone does not decide it.',
    'cni.add',
  ),
  quantile: field(
    z.enum(QUANTILES).default('p50'),
    'Which value of the distribution; each run has one, and the runs of both sides are compared.',
    'p50',
  ),
  phase: field(text.optional(), 'Only what this phase’s `traffic` measured.', 'measure'),
  detect: field(
    percentage.prefault('10%'),
    'A worsening of this size must not be missed: the comparison is inconclusive while it could be, and says how many runs it takes.',
    '10%',
  ),
  minimum: field(
    percentage.optional(),
    'A smaller worsening does not count. Left out: half of `detect`.',
    '5%',
  ),
  atLeast: field(limit.optional(), 'Nor does one that is smaller than this, whatever its share.', '100us'),
  because: because(),
});

const growthGate = z.strictObject({
  growth: growthSubject.growth,
  phase: growthSubject.phase,
  quantile: growthSubject.quantile,
  axis: growthSubject.axis,
  where: growthSubject.where,
  exponent: field(
    z.strictObject({
      min: field(z.number('a number').optional(), 'The least.', -0.02),
      max: field(z.number('a number').optional(), 'The most.', 0.02),
    }),
    'Held when the whole 95 % interval of the exponent of a power law lies within, broken when all of it lies outside. Decided over the runs of a matrix.',
    { max: 0.02 },
  ),
  because: because(),
});

export const gate = z.union([
  metricGate.transform((fields) => ({ kind: 'metric' as const, ...fields })),
  invariantGate.transform((fields) => ({ kind: 'invariants' as const, ...fields })),
  rateGate.transform((fields) => ({ kind: 'rate' as const, ...fields })),
  regressionGate.transform(({ regression, detect, minimum, ...fields }) => ({
    kind: 'regression' as const,
    metric: regression,
    detect,
    minimum: minimum ?? detect * MINIMUM_OF_DETECT,
    ...fields,
  })),
  growthGate.transform(({ growth, ...fields }) => ({ kind: 'growth' as const, metric: growth, ...fields })),
]);
