export { Controllers, type ControllersOptions } from './controllers.ts';
export type { PodCollectorOptions } from './garbage/pod-collector.ts';
export type { NodeLifecycleOptions } from './node-lifecycle.ts';
