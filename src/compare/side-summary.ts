import type { Summary } from '../measure/index.ts';
import { clusterBootstrap, Histogram, median, type OrderedSamples } from '../stats/index.ts';
import type { SideSummary } from './document.ts';
import type { FoundRun } from './side/found-run.ts';
import type { Subject } from './subject.ts';

/** Seeds every draw: the same runs give the same document. */
export const SEED = 0x5eed;
const DRAWS = 1000;

/** Where each statistic stands in the order of samples; none for those that do not. */
const QUANTILES: Partial<Record<Subject['statistic'], number>> = {
  min: 0,
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
  max: 1,
};

/**
 * What one side knows of a subject; undefined when no run has it. Intervals are what takes time: who asks many times over
 * leaves them out.
 */
export function sideSummary(
  runs: readonly FoundRun[],
  { key, statistic }: Pick<Subject, 'key' | 'statistic'>,
  { intervals = true } = {},
): SideSummary | undefined {
  const found = runs.flatMap(({ run }) => {
    const summary = run.summaries.find((each) => each.key === key);
    return summary && summary.count > 0 ? [{ run: run.id, summary }] : [];
  });
  if (found.length === 0) return undefined;
  const values = found.map(({ run, summary }) => ({ run, ...summary[statistic] }));
  const quantile = QUANTILES[statistic];
  const estimate =
    quantile === undefined || !intervals
      ? undefined
      : clusterBootstrap(
          found.map(({ summary }) => samplesOf(summary)),
          { quantile, over: 'runs' },
          { seed: SEED, draws: DRAWS },
        );
  return {
    runs: found.length,
    samples: found.reduce((sum, { summary }) => sum + summary.count, 0),
    value: median(values),
    interval: estimate ? { low: estimate.low, high: estimate.high } : null,
    values,
  };
}

const decoded = new WeakMap<Summary, OrderedSamples>();

/**
 * The samples of a summary out of its histogram, within 0.1 %: to draw from them needs no more, and no raw samples. Those
 * without an exact value count as the slowest.
 */
function samplesOf(summary: Summary): OrderedSamples {
  const known = decoded.get(summary);
  if (known) return known;
  const { scale, encoded } = summary.histogram;
  const histogram = new Histogram(scale, encoded);
  const values = new Float64Array(histogram.count);
  let filled = 0;
  for (const { quantile, value } of histogram.curve()) {
    const upTo = Math.round(quantile * histogram.count);
    values.fill(value, filled, upTo);
    filled = upTo;
  }
  const samples = {
    values,
    clusters: new Uint32Array(values.length),
    exact: Math.min(summary.ok, values.length),
  };
  decoded.set(summary, samples);
  return samples;
}
