import type { ServiceStats } from '../../agent/index.ts';
import type { ServiceCost } from '../lab.ts';
import { proxyCost, tableCosts } from '../service-cost.ts';
import { kubeProxyMode, readMetrics } from './kube-proxy/index.ts';
import type { LabRecord } from './lab-directory.ts';

/**
 * What Services cost each node so far, by whoever implements them there.
 * @param statsOf what an agent process says of its nodes
 */
export async function serviceCosts(
  { nodes, spec, agents }: LabRecord,
  statsOf: (
    process: string,
  ) => Promise<Readonly<Record<string, ServiceStats & { readonly loadNs?: number }>>>,
): Promise<ServiceCost[]> {
  if (kubeProxyMode(spec.services)) {
    return await Promise.all(nodes.map(async (node) => proxyCost(node.name, await readMetrics(node))));
  }
  if (spec.services !== 'ebpf') return [];
  const stats = await Promise.all(agents.map(({ process }) => statsOf(process)));
  return stats.flatMap(tableCosts);
}
