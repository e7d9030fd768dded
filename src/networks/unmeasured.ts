import type { Substrate } from '../scenario/index.ts';
import type { Network } from './network.ts';

/** Clocked call by call: where a kubelet has plugins called, only the network itself could tell. */
const OF_CALLS = /^cni\.|^pod\.sandbox\.|^ipam\.refill$/;
/** Parts of a call, which only those who make it can stamp. */
const OF_PARTS = /^cni\.(add\.\w+|del\.link_gone)$/;
const OF_PROCESSES = /^agent\.(cpu|rss)$/;

/** Why a metric cannot be had of a network on a substrate; undefined where it can. */
export function whyUnmeasured(network: Network, substrate: Substrate, metric: string): string | undefined {
  if (OF_CALLS.test(metric) && isCluster(substrate) && !network.traced) {
    return `nobody tells of single calls of network ${network.name} on ${substrate}; containerd.network is its share`;
  }
  if (OF_PARTS.test(metric) && !network.traced) {
    return `network ${network.name} does not tell of the parts of its calls`;
  }
  if (OF_PROCESSES.test(metric) && !runsProcesses(network, substrate)) {
    return `nothing of network ${network.name} runs between calls`;
  }
  return undefined;
}

/** Why nothing can be said of who has which address; undefined where it can. */
export function whyNoAddresses({ name, ipam }: Network, substrate: Substrate): string | undefined {
  if (!isCluster(substrate) || ipam === 'agent') return undefined;
  if (ipam === 'unknown')
    return `who gives the addresses of network ${name}, and takes them back, is not known`;
  return substrate === 'kind' ? undefined : 'files of nodes elsewhere cannot be looked into';
}

/** Whether something of it runs between calls; true where only the cluster can tell. */
export function runsProcesses({ process, onKind }: Network, substrate: Substrate): boolean {
  if (process === undefined) return false;
  return !isCluster(substrate) || onKind?.daemons?.length !== 0;
}

/** Where it is kubelets that have plugins called. */
export function isCluster(substrate: Substrate): boolean {
  return substrate === 'kind' || substrate === 'kubeconfig';
}
