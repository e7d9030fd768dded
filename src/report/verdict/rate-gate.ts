import type { GateSpec, LoadResult } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';
import type { GateResult } from './gate-result.ts';
import { againstLimits, askedText } from './limits.ts';

type RateGate = Extract<GateSpec, { kind: 'rate' }>;

/** Judges a share of all arrivals, or pods completed per second. */
export function judgeRate(gate: RateGate, load: LoadResult): GateResult {
  const value = gate.rate === 'completed' ? completedPerSecond(load) : load[gate.rate] / load.planned;
  const result = { gate, subject: gate.rate, asked: askedText(gate) };
  if (!Number.isFinite(value)) {
    return { ...result, status: 'inconclusive', found: '-', reason: 'nothing was started' };
  }
  const found = format(value, gate.rate === 'completed' ? '1/s' : 'ratio');
  return { ...result, status: againstLimits(gate, { value, atLeast: false }), found };
}

/** Pods that became ready per second, from the first arrival to the last answer. */
export function completedPerSecond({ completed, durationNs }: LoadResult): number {
  return completed / (durationNs / 1e9);
}
