export { Child, type Launch, type Running } from './child.ts';
export { ControlPlane, type ControlPlaneOptions } from './control-plane.ts';
export { type KubeconfigContent, writeKubeconfig } from './kubeconfig.ts';
