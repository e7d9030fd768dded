import { Cidr } from '../../../ip/index.ts';
import { capacityOf, IpamError, MultiRangeAllocator } from '../../../ipam/index.ts';
import { type LabSpec, zoneLabels } from '../../../scenario/index.ts';
import { clusterCidrs } from './cluster-cidrs.ts';

/**
 * How many nodes of a lab can be Ready at a time: one without CIDRs cannot, and a scenario may want just that. In mode
 * `multi-pool` a node needs none.
 */
export function servableNodes(spec: LabSpec): number {
  const { nodes, ipam } = spec;
  switch (ipam.mode) {
    case 'multi-pool':
      return nodes;
    case 'multi-range':
      return servedByLabels(spec);
    case 'cloud':
      return Math.min(nodes, roomFor(ipam.pools), ipam.provider.quota ?? nodes);
    default:
      return Math.min(nodes, roomFor(ipam.pools));
  }
}

/** The family with fewer pieces decides. */
function roomFor(pools: LabSpec['ipam']['pools']): number {
  const rooms = pools.map(({ cidrs, nodeMask }) => {
    const ranges = cidrs.map((text) => Cidr.parseExact(text));
    return Number(capacityOf({ family: ranges[0]!.family, cidrs: ranges, maskSize: nodeMask }).nodes);
  });
  return Math.min(...rooms);
}

/** Which pool a node finds room in is up to its labels: counted by giving all of them what there is. */
function servedByLabels({ nodes, zones, ipam }: LabSpec): number {
  const specs = clusterCidrs(ipam.pools).map(({ metadata, spec }) => ({ name: metadata.name!, ...spec }));
  const allocator = new MultiRangeAllocator({ clusterCidrs: specs, serviceCidrs: [] });
  let served = 0;
  for (let index = 1; index <= nodes; index++) {
    try {
      allocator.allocate({ name: `n${index}`, labels: zoneLabels(index, zones) });
      served++;
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
    }
  }
  return served;
}
