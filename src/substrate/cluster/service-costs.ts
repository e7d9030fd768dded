import type { KubeClient, RawAccess } from '../../kube/index.ts';
import type { Network } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { ServiceCost } from '../lab.ts';
import { parseMetrics } from '../metrics-text.ts';
import { proxyCost, tableCosts } from '../service-cost.ts';
import type { Agents } from './agents.ts';
import { componentPods } from './components.ts';

/** Where a kube-proxy's metrics are, when its configuration does not keep them to the node's loopback. */
const PORT = 10249;

/** What Services cost each node so far, by whoever implements them there and can be asked. */
export async function clusterServiceCosts(
  client: KubeClient & RawAccess,
  services: LabSpec['services'],
  network: Network,
  agents: Agents | undefined,
): Promise<ServiceCost[]> {
  if (services === 'ebpf') return agents ? tableCosts(await agents.serviceStats()) : [];
  if (services === 'none') return [];
  const proxies = await componentPods(client, network, 'kube-proxy');
  return Promise.all(
    proxies.map(async ({ pod: { metadata, spec } }) => {
      const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}:${PORT}/proxy/metrics`;
      return proxyCost(spec.nodeName!, parseMetrics(await client.text(path)));
    }),
  );
}
