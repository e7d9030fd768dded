import type { BoundValue } from '../measure/index.ts';
import { format, type Unit } from '../stats/index.ts';

/** A value for people; `≥ 10.0 s` when only a lower bound is known. */
export function formatBound({ value, atLeast }: BoundValue, unit: Unit): string {
  return `${atLeast ? '≥ ' : ''}${format(value, unit)}`;
}
