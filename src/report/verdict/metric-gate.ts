import {
  type BoundValue,
  type GateSpec,
  isMetricName,
  metric,
  type RunDocument,
  type Summary,
} from '../../measure/index.ts';
import { format, samplesNeeded, type Unit } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import type { GateResult } from './gate-result.ts';
import { againstLimits, askedText, type LimitUnit } from './limits.ts';

type MetricGate = Extract<GateSpec, { kind: 'metric' }>;

const LIMIT_UNITS: Readonly<Record<Unit, LimitUnit>> = {
  ns: 'ns',
  '1/s': 'per-second',
  ratio: 'share',
  bytes: 'bytes',
  'bytes/s': 'bytes',
  cores: 'count',
  count: 'count',
};

/**
 * Judges a limit on a metric. A metric with a series for the whole is judged by it; one that has only
 * labelled series (a service from every node) by each of them: all must hold.
 */
export function judgeMetric(gate: MetricGate, run: RunDocument): GateResult[] {
  const { phase, notApplicable } = gate;
  if (notApplicable !== undefined) {
    return [{ ...common(gate, gate.metric), status: 'not applicable', found: '-', reason: notApplicable }];
  }
  const own = run.summaries.filter(
    ({ metric: name, labels }) => name === gate.metric && (phase === undefined || labels.phase === phase),
  );
  const whole = own.filter(({ key }) => key === gate.metric);
  const series = whole.length > 0 ? whole : own;
  if (series.length === 0) {
    return [
      {
        ...common(gate, gate.metric),
        status: 'inconclusive',
        found: '-',
        reason: `no samples of ${gate.metric}`,
      },
    ];
  }
  return series.map((summary) => judgeSeries(gate, summary));
}

function judgeSeries(gate: MetricGate, summary: Summary): GateResult {
  const found = summary[gate.quantile];
  const result = { ...common(gate, summary.key), found: formatBound(found, summary.unit) };
  const doubt = unusable(gate, summary);
  if (doubt !== undefined) return { ...result, status: 'inconclusive', reason: doubt };
  const status = againstLimits(gate, found);
  const needed = samplesFor(gate.quantile);
  if (summary.count < needed && !isCertainlyBroken(gate, summary)) {
    const reason = `${gate.quantile} needs at least ${needed} samples, got ${summary.count}`;
    return { ...result, status: 'inconclusive', reason };
  }
  if (status === 'inconclusive') {
    return { ...result, status, reason: `only known to be at least ${format(found.value, summary.unit)}` };
  }
  return { ...result, status };
}

function common(gate: MetricGate, key: string) {
  return { gate, subject: `${key} ${gate.quantile}`, asked: askedText(gate) };
}

function unusable(gate: MetricGate, summary: Summary): string | undefined {
  if (summary.negative > 0) return `${summary.negative} negative values: clocks or stamps are wrong`;
  const wanted = LIMIT_UNITS[isMetricName(gate.metric) ? metric(gate.metric).unit : summary.unit];
  const other = [gate.max, gate.min].find((limit) => limit && limit.unit !== wanted);
  return other && `the limit ${other.text} is no ${wanted}, which ${gate.metric} is measured in`;
}

/** Samples below which the value of a distribution says nothing; 1 for those that are what they are. */
function samplesFor(quantile: MetricGate['quantile']): number {
  return quantile.startsWith('p') ? samplesNeeded(Number(quantile.slice(1)) / 100) : 1;
}

/** Few samples can still be enough to see that a limit is broken: even the low end of the interval is above. */
function isCertainlyBroken(gate: MetricGate, { intervals }: Summary): boolean {
  const interval =
    gate.quantile === 'p50' ? intervals.p50 : gate.quantile === 'p99' ? intervals.p99 : undefined;
  const low: BoundValue | undefined = interval?.low;
  return low !== undefined && gate.max !== undefined && low.value > gate.max.value;
}
