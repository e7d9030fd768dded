import type { ScenarioSpec, ServicePhase, TrafficPhase } from './spec.ts';

/** Phases of Services that somebody answers for. */
export function answeringPhases({ phases }: ScenarioSpec): ServicePhase[] {
  return phases.filter(
    (phase): phase is ServicePhase =>
      phase.kind === 'churn' && phase.subject === 'service' && phase.endpoints > 0,
  );
}

/** Phases whose traffic goes to pods themselves, without a Service. */
export function podTrafficPhases({ phases }: ScenarioSpec): TrafficPhase[] {
  return phases.filter(
    (phase): phase is TrafficPhase => phase.kind === 'traffic' && phase.traffic.via === 'pod',
  );
}

/** Whether anything in the lab has to answer: connections are made then. */
export function needsAnswers(spec: ScenarioSpec): boolean {
  return answeringPhases(spec).length > 0 || podTrafficPhases(spec).length > 0;
}

/** Whether k6 dials in some phase. */
export function needsK6({ phases }: ScenarioSpec): boolean {
  return phases.some(
    (phase) =>
      phase.kind === 'traffic' && (phase.traffic.rate !== undefined || phase.traffic.script !== undefined),
  );
}
