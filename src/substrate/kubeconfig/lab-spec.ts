import type { LabSpec } from '../../scenario/index.ts';
import { type ClusterSurvey, nodesForPods } from './survey/survey.ts';

/**
 * The lab that a cluster is: what a scenario asks for, with all that the cluster decides put in its place. Of a network
 * of others no pool is known, and nothing is assumed of its addresses.
 */
export function labSpecOf(found: ClusterSurvey, wanted: LabSpec): LabSpec {
  const { own, network } = found;
  const { serviceCidrs, nodePorts } = wanted;
  return {
    serviceCidrs,
    nodePorts,
    nodes: nodesForPods(found).length,
    network: own ? 'churnlab' : `existing:${network.name}`,
    routing: own?.routing ?? 'direct',
    services: servicesOf(found),
    ipFamily: found.families,
    ipam: own
      ? { ...wanted.ipam, ...own.ipam }
      : { ...wanted.ipam, mode: 'kcm', pools: [], cooldown: 0, wait: 0 },
  };
}

/** Who implements Services; kube-proxy's default where its mode cannot be read. */
function servicesOf({ own, proxy }: ClusterSurvey): LabSpec['services'] {
  if (own?.services) return 'ebpf';
  if (proxy === 'absent') return own ? 'none' : 'network';
  return proxy === 'unknown' ? 'iptables' : proxy;
}
