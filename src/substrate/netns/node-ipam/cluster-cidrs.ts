import { apiVersionOf, CLUSTER_CIDRS, type ClusterCidr, type KubeClient } from '../../../kube/index.ts';
import { clusterCidrSpecs, type LabSpec } from '../../../scenario/index.ts';

type Pools = LabSpec['ipam']['pools'];

/** The ClusterCIDR objects of mode `multi-range`. */
export function clusterCidrs(pools: Pools): ClusterCidr[] {
  return clusterCidrSpecs(pools).map(({ name, ...spec }) => ({
    apiVersion: apiVersionOf(CLUSTER_CIDRS),
    kind: CLUSTER_CIDRS.kind,
    metadata: { name },
    spec,
  }));
}

/** Makes them in the API. @throws KubeError */
export async function createClusterCidrs(client: KubeClient, pools: Pools): Promise<void> {
  for (const object of clusterCidrs(pools)) await client.create(CLUSTER_CIDRS, object);
}
