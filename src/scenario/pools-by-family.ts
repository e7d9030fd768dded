import type { ClusterPoolConfig } from '../ipam/index.ts';
import type { PoolSpec } from './spec.ts';

/** Pools of one name, of which there is at most one a family, as the allocators' configuration. */
export function poolsByFamily(pools: readonly PoolSpec[]): ClusterPoolConfig {
  const entries = pools.map(({ cidrs, nodeMask }) => [
    cidrs[0]!.includes(':') ? 'ipv6' : 'ipv4',
    { cidrs, maskSize: nodeMask },
  ]);
  return Object.fromEntries(entries) as ClusterPoolConfig;
}
