import { Cidr } from '../../ip/index.ts';
import {
  IpamError,
  MultiRangeAllocator,
  RangeAllocator,
  readClusterPoolConfig,
  readRangeConfig,
} from '../../ipam/index.ts';
import { CloudAssignment } from '../../operator/cloud/index.ts';
import {
  type AssignmentHost,
  FixedAssignment,
  RateLimitedAssignment,
} from '../../operator/node-spec/index.ts';
import { clusterCidrSpecs, type LabSpec, poolsByFamily } from '../../scenario/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Cluster, ClusterObserver } from './cluster.ts';
import { ClusterPoolCluster } from './cluster-pool-cluster.ts';
import { MultiPoolCluster, type OnAdded } from './multi-pool-cluster.ts';
import { NodeSpecCluster } from './node-spec-cluster.ts';
import { SimProvider } from './sim-provider.ts';

export interface ClusterContext {
  readonly clock: VirtualClock;
  readonly observer: ClusterObserver;
  /** Numbers in [0, 1) for the jitter of waits. */
  readonly random: () => number;
  /** Mode `multi-pool`: told of what comes to a node's object. */
  readonly onAdded: OnAdded;
}

/**
 * The cluster's side of a lab's IPAM mode.
 * @throws IpamError `config-invalid` when the mode's own rules forbid these pools: a result, too
 */
export function openCluster(lab: LabSpec, { clock, observer, random, onAdded }: ClusterContext): Cluster {
  const { mode, queue } = lab.ipam;
  switch (mode) {
    case 'cluster-pool':
      return new ClusterPoolCluster(readClusterPoolConfig(poolsByFamily(lab.ipam.pools)), observer);
    case 'range': {
      const spec = readRangeConfig({ ...poolsByFamily(lab.ipam.pools), serviceCidrs: lab.serviceCidrs });
      const Assignment = queue === 'fixed' ? FixedAssignment : RateLimitedAssignment;
      const allocator = () => new RangeAllocator(spec);
      const assign = (host: AssignmentHost) => new Assignment(allocator(), host);
      return new NodeSpecCluster({ clock, observer, allocator, assign });
    }
    case 'multi-range': {
      const clusterCidrs = clusterCidrSpecs(lab.ipam.pools);
      const serviceCidrs = lab.serviceCidrs.map((text) => Cidr.parse(text).cidr);
      const allocator = () => new MultiRangeAllocator({ clusterCidrs, serviceCidrs });
      const assign = (host: AssignmentHost) => new RateLimitedAssignment(allocator(), host);
      return new NodeSpecCluster({ clock, observer, allocator, assign });
    }
    case 'cloud': {
      const { latency, rate: perSecond, burst, quota } = lab.ipam.provider;
      const network = readClusterPoolConfig(poolsByFamily(lab.ipam.pools));
      const spec = { network, latencyMs: latency / 1e6, rate: { perSecond, burst }, quota };
      const assign = (host: AssignmentHost) =>
        new CloudAssignment(new SimProvider(spec, clock), host, random);
      return new NodeSpecCluster({ clock, observer, assign });
    }
    case 'multi-pool':
      return new MultiPoolCluster(lab, observer, onAdded);
    case 'kcm':
      throw new IpamError('config-invalid', 'the real kube-controller-manager is not simulated');
  }
}
