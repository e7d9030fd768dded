export { freeRanges, type PieceRange } from './free-pieces.ts';
export { pieceRange } from './ipam-view.ts';
export * from './kind/index.ts';
export type * from './lab.ts';
export { LabError, type LabErrorCode } from './lab-error.ts';
export * from './netns/index.ts';
export { type NodeProcess, nodeInventory } from './node-inventory.ts';
export type { PodKit } from './pod-kit.ts';
