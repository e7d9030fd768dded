export { Bed, type BedNode } from './bed.ts';
export { BACKENDS, FAR, MARKER, NEAR, type ServiceName } from './names.ts';
