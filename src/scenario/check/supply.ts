import { arrivalsAvailable } from '../load/index.ts';
import { formatCount } from '../schema/quantities.ts';
import type { Problem } from '../source/source.ts';
import type { Phase } from '../spec.ts';
import type { Placed } from './view.ts';

/** Steps and traces must reach as far as the phase has pods, nodes or Services. */
export function checkSupply({ path, value: phase }: Placed<Phase>): Problem[] {
  if (phase.kind !== 'churn') return [];
  const problems: Problem[] = [];
  const short = (
    there: number,
    what: string,
    where: readonly string[],
    code: 'bad-trace' | 'wrong-value',
  ): void => {
    const message = `expected ${formatCount(phase.count)} ${what}, one for each ${phase.subject}, got ${formatCount(there)}`;
    problems.push({ path: [...path, ...where], code, message });
  };
  if (phase.mode === 'open') {
    const there = arrivalsAvailable(phase.arrivals);
    if (there < phase.count && phase.arrivals.process === 'step') {
      short(there, 'arrivals in the steps', ['arrivals', 'steps'], 'wrong-value');
    } else if (there < phase.count) short(there, 'offsets in the trace', ['arrivals', 'file'], 'bad-trace');
  }
  const { lifetime } = phase;
  if (lifetime?.distribution === 'trace' && lifetime.lifetimes.length < phase.count) {
    short(lifetime.lifetimes.length, 'lifetimes in the trace', ['lifetime', 'file'], 'bad-trace');
  }
  return problems;
}
