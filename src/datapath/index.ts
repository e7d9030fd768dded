export { Datapath, type DatapathOptions, type Endpoint, type Remote, remotesOf } from './datapath.ts';
export type { DatapathError, DatapathErrorCode } from './errors.ts';
export type { Routing } from './maps/config.ts';
export type { Flow } from './maps/flow.ts';
export { type Counter, METRICS, type Metric } from './maps/metric.ts';
export { podMtu } from './node/mtu.ts';
export type { NodeCidrs } from './node/node-setup.ts';
export { GATEWAY } from './node/routes.ts';
export type { MapSizes } from './pinned.ts';
