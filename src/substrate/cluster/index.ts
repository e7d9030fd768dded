export { ClusterLab, type ClusterOptions } from './cluster-lab.ts';
export { CONTAINERD_PORT } from './runtime-costs.ts';
