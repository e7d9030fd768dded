import type { ServiceStats } from '../agent/index.ts';
import type { ServiceCost } from './lab.ts';
import { valuesOf } from './metrics-text.ts';

/** kube-proxy's own clock round each write of its rules, summed up. */
const SYNC = 'kubeproxy_sync_proxy_rules_duration_seconds';

/** What the kube-proxy of a node says of itself. */
export function proxyCost(node: string, metrics: ReadonlyMap<string, number>): ServiceCost {
  const sum = (name: string): number => valuesOf(metrics, name).reduce((all, value) => all + value, 0);
  return { node, syncs: sum(`${SYNC}_count`), syncSeconds: sum(`${SYNC}_sum`) };
}

/** What agents say of the Services in their nodes' maps. */
export function tableCosts(
  stats: Readonly<Record<string, ServiceStats & { readonly loadNs?: number }>>,
): ServiceCost[] {
  return Object.entries(stats).map(([node, { usage, loadNs }]) => ({
    node,
    ...(loadNs === undefined ? {} : { loadNs }),
    pressure: Math.max(...Object.values(usage).map(({ used, size }) => used / size)),
  }));
}
