export { readMetrics } from './metrics.ts';
export { type KubeProxyMode, kubeProxyMode } from './mode.ts';
export { KUBE_PROXY, startKubeProxies } from './start.ts';
