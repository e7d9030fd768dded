export { ClusterLab, type ClusterOptions } from './cluster-lab.ts';
export { ClusterPods } from './pod-kit.ts';
export { processesOf } from './pod-processes.ts';
export { CONTAINERD_PORT, failedSandboxes } from './runtime-costs.ts';
