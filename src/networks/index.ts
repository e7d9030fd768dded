export { type Conflist, fillConflist, type PluginNode, writeConflist } from '../agent/index.ts';
export { type FoundNetwork, installedNetwork } from './installed/installed-network.ts';
export type { NetworkSource } from './installed/source.ts';
export { MANIFESTS, sourceProblems } from './installed/source-problems.ts';
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
export { podLinksOf } from './pod-links.ts';
export { whyNoAddresses, whyUnmeasured } from './unmeasured.ts';
