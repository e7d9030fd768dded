import { familyBits } from '../../../ip/index.ts';
import { apiVersionOf, CLUSTER_CIDRS, type ClusterCidr, type KubeClient } from '../../../kube/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';

type Pools = LabSpec['ipam']['pools'];

/**
 * ClusterCIDRs of mode `multi-range`, one for each name of a pool. A pool with several CIDRs, of which a ClusterCIDR
 * holds one a family, becomes several: `small`, `small-2`, and so on.
 */
export function clusterCidrs(pools: Pools): ClusterCidr[] {
  return [...Map.groupBy(pools, ({ name }) => name)].flatMap(([name, parts]) => {
    const count = Math.max(...parts.map(({ cidrs }) => cidrs.length));
    return Array.from({ length: count }, (_, i) => {
      const having = parts.filter(({ cidrs }) => cidrs[i] !== undefined);
      return clusterCidr(i === 0 ? name : `${name}-${i + 1}`, having, i);
    });
  });
}

function clusterCidr(name: string, parts: Pools, index: number): ClusterCidr {
  const { nodeMask, nodeSelector } = parts[0]!;
  const cidrOf = (v6: boolean) =>
    parts.map(({ cidrs }) => cidrs[index]!).find((cidr) => cidr.includes(':') === v6);
  const [ipv4, ipv6] = [cidrOf(false), cidrOf(true)];
  const isV6 = parts[0]!.cidrs[0]!.includes(':');
  const matchExpressions = Object.entries(nodeSelector ?? {}).map(([key, value]) => ({
    key,
    operator: 'In' as const,
    values: [value],
  }));
  return {
    apiVersion: apiVersionOf(CLUSTER_CIDRS),
    kind: CLUSTER_CIDRS.kind,
    metadata: { name },
    spec: {
      perNodeHostBits: familyBits(isV6 ? 'ipv6' : 'ipv4') - nodeMask,
      ...(ipv4 === undefined ? {} : { ipv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      ...(nodeSelector === undefined ? {} : { nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] } }),
    },
  };
}

/** Makes them in the API. @throws KubeError */
export async function createClusterCidrs(client: KubeClient, pools: Pools): Promise<void> {
  for (const object of clusterCidrs(pools)) await client.create(CLUSTER_CIDRS, object);
}
