import { isMetricName, METRICS, metric } from '../../measure/index.ts';
import type { Limit } from '../schema/gates.ts';
import { formatPercent } from '../schema/quantities.ts';
import { nearest } from '../source/nearest.ts';
import type { Path, Problem } from '../source/source.ts';
import type { Gate } from '../spec.ts';
import type { View } from './view.ts';

/** Which kind of limit fits a metric's unit. */
const LIMIT_OF: Readonly<Record<ReturnType<typeof metric>['unit'], Limit['unit']>> = {
  ns: 'ns',
  '1/s': 'per-second',
  bytes: 'bytes',
  'bytes/s': 'bytes',
  ratio: 'share',
  cores: 'count',
  count: 'count',
};

const EXAMPLE: Readonly<Record<Limit['unit'], string>> = {
  ns: 'a duration such as `20ms`',
  'per-second': 'a rate such as `290/s`',
  share: 'a percentage such as `1%`',
  bytes: 'a size such as `200Mi`',
  count: 'a number',
};

/** Gates: the metric exists, limits have its unit, and there is one; invariants need a drain. */
export function checkGates({ gates, phases, complete }: View): Problem[] {
  return gates.flatMap(({ path, value: gate }) => {
    if (gate.kind === 'metric' || gate.kind === 'rate') return checkLimits(gate, path);
    if (gate.kind === 'regression') return checkRegression(gate, path);
    if (gate.kind === 'growth') return unknownMetric(gate.metric, [...path, 'growth']);
    if (!complete || phases.some(({ value }) => value.kind === 'drain')) return [];
    const message = 'expected a last phase `{ name: drain }`, since what is left over shows only after it';
    return [{ path: [...path, 'invariants'], code: 'bad-gate', message } satisfies Problem];
  });
}

type Limited = Extract<Gate, { kind: 'metric' | 'rate' }>;

function checkLimits(gate: Limited, path: Path): Problem[] {
  const unit = unitOf(gate);
  if (unit === undefined)
    return unknownMetric(gate.kind === 'metric' ? gate.metric : '', [...path, 'metric']);
  const problems = [
    ...checkUnit(gate.max, unit, [...path, 'max']),
    ...checkUnit(gate.min, unit, [...path, 'min']),
  ];
  const { max, min } = gate;
  if (max === undefined && min === undefined) {
    problems.push({ path, code: 'bad-gate', message: 'expected a limit, `max` or `min`, in a gate' });
  }
  if (max !== undefined && min !== undefined && min.value > max.value && problems.length === 0) {
    const message = `expected a \`min\` that is not above \`max\`, got ${min.text} and ${max.text}`;
    problems.push({ path: [...path, 'min'], code: 'bad-gate', message });
  }
  return problems;
}

function checkRegression(gate: Extract<Gate, { kind: 'regression' }>, path: Path): Problem[] {
  const unknown = unknownMetric(gate.metric, [...path, 'regression']);
  if (unknown.length > 0 || !isMetricName(gate.metric)) return unknown;
  const problems = checkUnit(gate.atLeast, LIMIT_OF[metric(gate.metric).unit], [...path, 'atLeast']);
  if (gate.minimum > gate.detect) {
    const message = `expected a \`minimum\` that is not above \`detect\`, got ${formatPercent(gate.minimum)} and ${formatPercent(gate.detect)}`;
    problems.push({ path: [...path, 'minimum'], code: 'bad-gate', message });
  }
  return problems;
}

function checkUnit(limit: Limit | undefined, unit: Limit['unit'], path: Path): Problem[] {
  if (limit === undefined || limit.unit === unit) return [];
  const message = `expected ${EXAMPLE[unit]}, since that is what the gate is about, got ${EXAMPLE[limit.unit].split(' such')[0]}, \`${limit.text}\``;
  return [{ path, code: 'bad-gate', message }];
}

function unknownMetric(name: string, path: Path): Problem[] {
  if (isMetricName(name)) return [];
  const meant = nearest(name, METRICS.keys());
  const hint = meant === undefined ? 'see docs/metrics.md' : `did you mean \`${meant}\`?`;
  return [{ path, code: 'bad-gate', message: `unknown metric "${name}" (${hint})` }];
}

function unitOf(gate: Limited): Limit['unit'] | undefined {
  if (gate.kind === 'rate') return gate.rate === 'completed' ? 'per-second' : 'share';
  return isMetricName(gate.metric) ? LIMIT_OF[metric(gate.metric).unit] : undefined;
}
