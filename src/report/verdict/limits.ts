import type { BoundValue, GateSpec } from '../../measure/index.ts';
import type { GateStatus } from './gate-result.ts';

type Limited = Extract<GateSpec, { kind: 'metric' | 'rate' }>;
export type LimitUnit = NonNullable<Limited['max']>['unit'];

/** Compares a value with the limits of a gate. A value that is only a lower bound can break a maximum, not hold it. */
export function againstLimits({ max, min }: Limited, { value, atLeast }: BoundValue): GateStatus {
  if (max !== undefined && value > max.value) return 'broken';
  if (min !== undefined && value < min.value) return atLeast ? 'inconclusive' : 'broken';
  return max !== undefined && atLeast ? 'inconclusive' : 'held';
}

/** The limits as their author wrote them: `≤ 20ms`, `≥ 290/s`. */
export function askedText({ max, min }: Limited): string {
  return [min && `≥ ${min.text}`, max && `≤ ${max.text}`].filter(Boolean).join(', ');
}
