import { IpamError, RangeAllocator, readClusterPoolConfig, readRangeConfig } from '../../ipam/index.ts';
import { FixedAssignment, RateLimitedAssignment } from '../../operator/node-spec/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Cluster, ClusterObserver } from './cluster.ts';
import { ClusterPoolCluster } from './cluster-pool-cluster.ts';
import { NodeSpecCluster } from './node-spec-cluster.ts';

/**
 * The cluster's side of a lab's IPAM mode.
 * @throws IpamError `config-invalid` when the mode's own rules forbid these pools: a result, too
 */
export function openCluster(lab: LabSpec, clock: VirtualClock, observer: ClusterObserver): Cluster {
  const { mode, queue } = lab.ipam;
  switch (mode) {
    case 'cluster-pool':
      return new ClusterPoolCluster(readClusterPoolConfig(byFamily(lab)), observer);
    case 'range': {
      const spec = readRangeConfig({ ...byFamily(lab), serviceCidrs: lab.serviceCidrs });
      const Assignment = queue === 'fixed' ? FixedAssignment : RateLimitedAssignment;
      return new NodeSpecCluster({
        clock,
        observer,
        allocator: () => new RangeAllocator(spec),
        assign: (allocator, host) => new Assignment(allocator, host),
      });
    }
    default:
      throw new IpamError('config-invalid', `mode ${mode} is not simulated`);
  }
}

/** The pools as a configuration by family; modes with one pool have one entry each. */
function byFamily({ ipam: { pools } }: LabSpec): Parameters<typeof readClusterPoolConfig>[0] {
  const entries = pools.map(({ cidrs, nodeMask }) => [
    cidrs[0]!.includes(':') ? 'ipv6' : 'ipv4',
    { cidrs, maskSize: nodeMask },
  ]);
  return Object.fromEntries(entries) as Parameters<typeof readClusterPoolConfig>[0];
}
