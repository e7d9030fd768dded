export type { MaglevSize } from './maglev.ts';
export type { ServiceMetric } from './maps/metric.ts';
export type { ServiceMapSizes } from './pinned.ts';
export { type MapUse, ServiceDatapath, type ServiceDatapathOptions } from './service-datapath.ts';
export type { EndpointSpec, FrontendSpec, ServicePortSpec, ServiceProtocol } from './spec.ts';
export type { Swept } from './sweep.ts';
export type { BackendView, FrontendView, ServiceView } from './view.ts';
