export { ConformanceError, type ConformanceErrorCode } from './conformance-error.ts';
export { conformanceLab } from './conformance-lab.ts';
export { KNOWN_DEVIATIONS, type KnownDeviation } from './known-deviations.ts';
export type { ConformanceNode } from './node.ts';
export { type Requirement, SECTIONS } from './requirement.ts';
export { REQUIREMENTS } from './requirements/index.ts';
export { requirementsLike } from './requirements-like.ts';
export type { ConformanceResult, Finding, FindingStatus, RequirementResult } from './result.ts';
export { type ConformanceOptions, testConformance } from './test-conformance.ts';
