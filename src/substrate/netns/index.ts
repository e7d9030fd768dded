export type { Binaries } from './configs.ts';
export { down } from './down.ts';
export { LabDirectory, type LabRecord, type NodeRecord } from './lab-directory.ts';
export { type LabTool, toolsOf } from './lab-tools.ts';
export { NetnsLab } from './netns-lab.ts';
export { patience } from './patience.ts';
export { enter, findPlace, type Place } from './place.ts';
export { checkSpec } from './spec-check.ts';
export { type UpOptions, up } from './up.ts';
