export { type AttachOptions, attach, detach, inspectCluster } from './attach.ts';
export { KubeconfigLab } from './kubeconfig-lab.ts';
export { LAB_LABEL } from './labels.ts';
export type { Finding, Needs as ClusterNeeds } from './preflight/judge.ts';
export { type Preflight, runnerRoles } from './preflight/preflight.ts';
export { type ClusterImages, IMAGE_NAMES, isKubeconfig } from './record.ts';
