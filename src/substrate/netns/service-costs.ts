import type { ServiceStats } from '../../agent/services/index.ts';
import type { ServiceCost } from '../lab.ts';
import { kubeProxyMode, readMetrics, valuesOf } from './kube-proxy/index.ts';
import type { LabRecord } from './lab-directory.ts';

/** kube-proxy's own clock round each write of its rules, summed up. */
const SYNC = 'kubeproxy_sync_proxy_rules_duration_seconds';

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
    return await Promise.all(
      nodes.map(async (node) => {
        const metrics = await readMetrics(node);
        const sum = (name: string): number => valuesOf(metrics, name).reduce((all, value) => all + value, 0);
        return { node: node.name, syncs: sum(`${SYNC}_count`), syncSeconds: sum(`${SYNC}_sum`) };
      }),
    );
  }
  if (spec.services !== 'ebpf') return [];
  const stats = await Promise.all(agents.map(({ process }) => statsOf(process)));
  return stats.flatMap((each) =>
    Object.entries(each).map(([node, { usage, loadNs }]) => ({
      node,
      ...(loadNs === undefined ? {} : { loadNs }),
      pressure: Math.max(...Object.values(usage).map(({ used, size }) => used / size)),
    })),
  );
}
