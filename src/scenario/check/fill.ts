import { formatPercent } from '../schema/quantities.ts';
import type { Problem } from '../source/source.ts';
import type { ScenarioSpec } from '../spec.ts';

/** Phases that fill come to something: more than what earlier phases leave alive. */
export function checkFill({ phases }: ScenarioSpec): Problem[] {
  return phases.flatMap((phase, index): Problem[] => {
    if (phase.kind !== 'churn' || !('fill' in phase) || phase.count > 0) return [];
    const message = `expected a share above what lives when the phase begins, got ${formatPercent(phase.fill)}: no pod would arrive`;
    return [{ path: ['spec', 'phases', index, 'fill'], code: 'phase-order', message }];
  });
}
