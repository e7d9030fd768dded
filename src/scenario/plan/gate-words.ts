import { isMetricName, metric } from '../../measure/index.ts';
import { UNITS } from '../../stats/index.ts';
import { formatPercent } from '../schema/quantities.ts';
import type { Gate } from '../spec.ts';
import { listInWords } from './words.ts';

const QUANTILE = {
  min: 'The least',
  mean: 'The mean',
  max: 'The largest',
  p50: 'The median',
  p90: 'Nine in ten',
  p95: 'Nineteen in twenty',
  p99: '99 in a hundred',
  'p99.9': '999 in a thousand',
} as const;
function shareInWords(rate: 'failed' | 'late' | 'dropped', arriving: string): string {
  switch (rate) {
    case 'failed':
      return `${arriving} that were not ready by their deadline or were refused`;
    case 'late':
      return `${arriving} that the generator itself started late`;
    case 'dropped':
      return 'arrivals that were dropped';
  }
}

/** What a gate demands, in sentences; `arriving` are those that a share is of. */
export function gateInWords(gate: Gate, arriving: string): string {
  if (gate.kind === 'invariants') {
    return 'Every invariant holds exactly: no address on two pods, none outside its pool, none reused before its cooldown, and nothing left after the drain.';
  }
  if (gate.kind === 'regression') return regressionInWords(gate);
  if (gate.kind === 'growth') return growthInWords(gate);
  const limit = listInWords([
    ...(gate.max === undefined ? [] : [`at most ${gate.max.text}`]),
    ...(gate.min === undefined ? [] : [`at least ${gate.min.text}`]),
  ]);
  if (gate.kind === 'rate') {
    if (gate.rate === 'completed')
      return `${arriving.charAt(0).toUpperCase()}${arriving.slice(1)} that become ready per second: ${limit}.`;
    return `The share of ${shareInWords(gate.rate, arriving)}: ${limit}.`;
  }
  if (!isMetricName(gate.metric)) return `${gate.metric} ${gate.quantile}: ${limit}.`;
  const { unit, from, to } = metric(gate.metric);
  const what = to === '' ? from : `from “${from}” to “${to}”`;
  const failures = unit === 'ns' ? ' A failure counts as at least the deadline.' : '';
  return `${gate.metric} ${gate.quantile} is ${limit}. ${QUANTILE[gate.quantile]} of its values (${what}) must keep to it.${failures}`;
}

function regressionInWords(gate: Extract<Gate, { kind: 'regression' }>): string {
  const { minimum, detect, atLeast, quantile } = gate;
  const worse =
    isMetricName(gate.metric) && UNITS[metric(gate.metric).unit].better === 'higher' ? 'smaller' : 'larger';
  const least = `${formatPercent(minimum)}${atLeast === undefined ? '' : ` and ${atLeast.text}`}`;
  return `${subjectOf(gate)} ${quantile} does not get worse than in the runs it is compared with: broken when it is ${worse} by ${least} or more and chance explains that in less than 5 % of cases. Inconclusive while a change of ${formatPercent(detect)} could hide. A run alone does not decide it: \`churnlab compare\` does.`;
}

function growthInWords(gate: Extract<Gate, { kind: 'growth' }>): string {
  const { min, max } = gate.exponent;
  const limit = listInWords([
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(min === undefined ? [] : [`at least ${min}`]),
  ]);
  const where = Object.entries(gate.where).map(([axis, value]) => `${axis} ${value}`);
  const of = where.length === 0 ? '' : ` with ${listInWords(where)}`;
  return `${subjectOf(gate)} ${gate.quantile} against ${gate.axis}${of}: the exponent of a power law is ${limit}, with its whole 95 % interval (0: it does not grow; 1: it grows in proportion). The runs of a matrix decide together.`;
}

function subjectOf({
  metric: name,
  phase,
}: {
  readonly metric: string;
  readonly phase?: string | undefined;
}): string {
  return phase === undefined ? name : `${name} of phase ${phase}`;
}
