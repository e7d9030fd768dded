import type { Estimate } from '../estimates.ts';
import type { Limit } from './limits.ts';

/** A number that has a target. */
export interface Figure<L extends string = Limit> {
  readonly name: string;
  readonly measured: string;
  readonly target: string;
  /** By the value itself, not by an end of its interval. */
  readonly met: boolean;
  readonly limit: L;
}

interface Goal {
  readonly name: string;
  readonly limit: Limit;
  /** As the target is said: `at least 8×`. */
  readonly format: (value: number) => string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Holds an estimate against its goal; nothing when it was not measured. */
export function figure(measured: Estimate | undefined, goal: Goal): Figure[] {
  if (measured === undefined) return [];
  const { name, limit, format, atLeast = -Infinity, atMost = Infinity } = goal;
  const target = atMost === Infinity ? `at least ${format(atLeast)}` : `at most ${format(atMost)}`;
  const met = measured.value >= atLeast && measured.value <= atMost;
  return [{ name, measured: withInterval(measured, format), target, met, limit }];
}

/** `12.1× (11.5× to 13.0×)`, or without an interval where there is none. */
export function withInterval({ value, low, high }: Estimate, format: (value: number) => string): string {
  if (low === undefined || high === undefined) return format(value);
  return `${format(value)} (${format(low)} to ${format(high)})`;
}

/** A factor for people: `12.1×`. */
export function times(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)}×`;
}
