export { type Conflist, fillConflist, type PluginNode } from '../agent/index.ts';
export { misfits } from './misfits.ts';
export type {
  NetnsNode,
  Network,
  NetworkDaemon,
  NetworkFit,
  NetworkIpam,
  NetworkProgram,
  NetworkState,
  NodeDaemon,
  OnKind,
  OnNetns,
} from './network.ts';
export { NetworkError } from './network-error.ts';
export { networkProblems } from './network-problems.ts';
export { NETWORKS_BY_NAME, networkOf } from './networks.ts';
