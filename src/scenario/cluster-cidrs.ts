import { familyBits } from '../ip/index.ts';
import type { ClusterCidrSpec } from '../ipam/index.ts';
import type { PoolSpec } from './spec.ts';

/**
 * ClusterCIDRs of mode `multi-range`, one for each name of a pool. A pool with several CIDRs, of which a ClusterCIDR
 * holds one a family, becomes several: `small`, `small-2`, and so on.
 */
export function clusterCidrSpecs(pools: readonly PoolSpec[]): ClusterCidrSpec[] {
  return [...Map.groupBy(pools, ({ name }) => name)].flatMap(([name, parts]) => {
    const count = Math.max(...parts.map(({ cidrs }) => cidrs.length));
    return Array.from({ length: count }, (_, i) => {
      const having = parts.filter(({ cidrs }) => cidrs[i] !== undefined);
      return clusterCidrSpec(i === 0 ? name : `${name}-${i + 1}`, having, i);
    });
  });
}

function clusterCidrSpec(name: string, parts: readonly PoolSpec[], index: number): ClusterCidrSpec {
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
    name,
    perNodeHostBits: familyBits(isV6 ? 'ipv6' : 'ipv4') - nodeMask,
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(nodeSelector === undefined ? {} : { nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] } }),
  };
}
