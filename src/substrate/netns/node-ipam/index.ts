export { KUBE_CONTROLLER_MANAGER } from './kube-controller-manager.ts';
export { nodeIpamProcess, startNodeIpam } from './start.ts';
