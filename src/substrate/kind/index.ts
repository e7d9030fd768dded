export { downKind, isKind } from './down.ts';
export type { Engine } from './engine.ts';
export { KindLab } from './kind-lab.ts';
export { exportLogs } from './logs.ts';
export { checkKindSpec } from './spec-check.ts';
export { type KindUpOptions, upKind } from './up.ts';
