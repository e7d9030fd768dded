export type * from './lab.ts';
export { LabError, type LabErrorCode } from './lab-error.ts';
export * from './netns/index.ts';
