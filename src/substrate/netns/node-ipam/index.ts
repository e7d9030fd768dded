export { KUBE_CONTROLLER_MANAGER } from './kube-controller-manager.ts';
export { servableNodes } from './servable-nodes.ts';
export { nodeIpamProcess, startNodeIpam } from './start.ts';
