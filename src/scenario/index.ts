export { loadScenario, ScenarioDocument } from './document.ts';
export { type LabFields, LabSpecError, labSpec } from './lab-spec.ts';
export {
  type Forecast,
  forecast,
  type PlannedPod,
  plannedPods,
  type ScheduledPod,
  schedule,
} from './load/index.ts';
export { cellName } from './matrix.ts';
export * from './plan/index.ts';
export type { Limit } from './schema/gates.ts';
export { NETWORKS, ROUTINGS, SERVICES } from './schema/lab.ts';
export {
  formatCount,
  formatDuration,
  formatRate,
  type Nanoseconds,
  type PerSecond,
  parseDuration,
} from './schema/quantities.ts';
export { SUBSTRATES } from './schema/scenario.ts';
export {
  type Diagnostic,
  type DiagnosticCode,
  formatDiagnostics,
  ScenarioError,
} from './source/diagnostic.ts';
export type * from './spec.ts';
