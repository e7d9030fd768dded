export { answeringPhases, needsAnswers, needsK6, podTrafficPhases } from './answering-phases.ts';
export { addressesOf } from './capacity.ts';
export * from './capacity-plan/index.ts';
export { clusterCidrSpecs } from './cluster-cidrs.ts';
export { connectionLoad } from './connection-load.ts';
export { loadScenario, ScenarioDocument } from './document.ts';
export { type LabFields, LabSpecError, labSpec } from './lab-spec.ts';
export {
  type Planned,
  plannedOf,
  released,
  type Scheduled,
  schedule,
  shardAt,
  shardOf,
  unnamedSchedule,
} from './load/index.ts';
export { networkBeside } from './network-beside.ts';
export * from './plan/index.ts';
export { poolsByFamily } from './pools-by-family.ts';
export { FABRIC_CIDRS, OUTSIDE_CIDRS, RESERVED } from './reserved.ts';
export { IPAM_MODES } from './schema/ipam.ts';
export {
  IP_FAMILIES,
  isNetworkName,
  KUBE_PROXY_SERVICES,
  NETWORKS,
  type NetworkName,
  ROUTINGS,
  SERVICES,
} from './schema/lab.ts';
export { formatCount, parseDuration } from './schema/quantities.ts';
export { SUBSTRATES } from './schema/substrate.ts';
export { type Diagnostic, formatDiagnostics, ScenarioError } from './source/diagnostic.ts';
export { schemaProblems } from './source/messages.ts';
export { editDistance, nearest } from './source/nearest.ts';
export { type Problem, Source } from './source/source.ts';
export type * from './spec.ts';
export * from './suite/index.ts';
export type { Setting } from './variants.ts';
export { zoneLabels } from './zone-labels.ts';
