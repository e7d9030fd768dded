import type { ScenarioSpec, ServicePhase } from './spec.ts';

/** Phases of Services that somebody answers for: where there are some, connections are made. */
export function answeringPhases({ phases }: ScenarioSpec): ServicePhase[] {
  return phases.filter(
    (phase): phase is ServicePhase =>
      phase.kind === 'churn' && phase.subject === 'service' && phase.endpoints > 0,
  );
}

/** Whether k6 dials in some phase. */
export function needsK6({ phases }: ScenarioSpec): boolean {
  return phases.some(
    (phase) =>
      phase.kind === 'traffic' && (phase.traffic.rate !== undefined || phase.traffic.script !== undefined),
  );
}
