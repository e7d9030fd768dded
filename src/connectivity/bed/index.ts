export { Bed, type BedNode } from './bed.ts';
export { BACKENDS, FAR, MARKERS, type MarkerName, NEAR, type ServiceName } from './names.ts';
