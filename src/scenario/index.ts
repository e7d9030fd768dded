export { loadScenario, ScenarioDocument } from './document.ts';
export { scenarioJsonSchema } from './json-schema.ts';
export { type LabFields, LabSpecError, labSpec } from './lab-spec.ts';
export * from './load/index.ts';
export { cellName, cellsOf } from './matrix.ts';
export * from './plan/index.ts';
export { FAULT_TARGETS } from './schema/faults.ts';
export { type Limit, QUANTILES, RATES } from './schema/gates.ts';
export { NETWORKS, ROUTINGS, SERVICES } from './schema/lab.ts';
export {
  formatCount,
  formatDuration,
  formatRate,
  type Nanoseconds,
  type PerSecond,
  parseDuration,
  parseRate,
} from './schema/quantities.ts';
export { API_VERSION, SUBSTRATES } from './schema/scenario.ts';
export {
  type Diagnostic,
  type DiagnosticCode,
  formatDiagnostic,
  formatDiagnostics,
  ScenarioError,
} from './source/diagnostic.ts';
export type * from './spec.ts';
