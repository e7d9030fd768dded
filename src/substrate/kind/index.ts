export type { KindUpOptions } from './building.ts';
export { downKind, isKind } from './down.ts';
export type { Engine } from './engine.ts';
export { KindLab } from './kind-lab.ts';
export { exportLogs } from './logs.ts';
export { checkKindSpec } from './spec-check.ts';
export { upKind } from './up.ts';
