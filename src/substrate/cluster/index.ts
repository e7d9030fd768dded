export { ClusterLab, type ClusterOptions } from './cluster-lab.ts';
export { CONTAINERD_PORT, failedSandboxes } from './runtime-costs.ts';
