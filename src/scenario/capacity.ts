import { Cidr, type Family, familyBits, usableSize } from '../ip/index.ts';
import { capacityOf, IpamError, MultiRangeAllocator } from '../ipam/index.ts';
import { clusterCidrSpecs } from './cluster-cidrs.ts';
import type { ChurnPhase, IpamMode, LabSpec, PoolSpec, ServicePhase } from './spec.ts';
import { zoneLabels } from './zone-labels.ts';

/** What one entry of a lab's pools has room for. */
export interface PoolRoom {
  readonly pool: string;
  readonly family: Family;
  /** Pieces that can be cut out of it: CIDRs of nodes. */
  readonly nodeCidrs: bigint;
  /** Pod addresses in one of them. */
  readonly perNode: bigint;
  readonly nodeMask: number;
}

/** Whether pools are objects with names, so that there may be several of a family. */
export function hasNamedPools(mode: IpamMode): boolean {
  return mode === 'multi-pool' || mode === 'multi-range';
}

/** Room in each pool of a lab whose CIDRs have been checked, in their order. */
export function roomOf(lab: LabSpec): PoolRoom[] {
  return lab.ipam.pools.map((pool) => roomIn(pool, lab.network));
}

function roomIn({ name, cidrs, nodeMask }: PoolSpec, network: LabSpec['network']): PoolRoom {
  const parsed = cidrs.map((text) => Cidr.parse(text).cidr);
  const { family } = parsed[0]!;
  const { nodes, perNode } = capacityOf({ family, cidrs: parsed, maskSize: nodeMask });
  return { pool: name, family, nodeCidrs: nodes, perNode: perNode - gatewayOf(network), nodeMask };
}

/** The reference plugins put their gateway into the node's CIDR; ours is link-local. */
function gatewayOf(network: LabSpec['network']): bigint {
  return network === 'churnlab' ? 0n : 1n;
}

/**
 * Addresses that pods can have at once, of these nodes or of all: of the family that has fewest, as a pod takes one
 * of each. With one CIDR a node, those of the nodes; in mode `multi-pool` those of all pools, since a node gets what
 * its pods need.
 */
export function addressesOf(lab: LabSpec, on?: readonly string[]): number {
  if (lab.ipam.mode === 'multi-range') return addressesBySelector(lab, on);
  const nodes = on?.length ?? lab.nodes;
  return leastOfFamilies(lab, (rooms) => {
    const all = rooms.reduce((sum, { nodeCidrs, perNode }) => sum + Number(nodeCidrs * perNode), 0);
    if (lab.ipam.mode === 'multi-pool') return all;
    return Math.min(nodes, pieces(rooms)) * Math.min(...rooms.map(({ perNode }) => Number(perNode)));
  });
}

/** What the allocator itself gives the lab's nodes, in their order: ClusterCIDRs differ in size and in who may have them. */
function addressesBySelector(
  { nodes, zones, ipam, network, serviceCidrs }: LabSpec,
  on?: readonly string[],
): number {
  const clusterCidrs = clusterCidrSpecs(ipam.pools);
  const services = serviceCidrs.map((text) => Cidr.parse(text).cidr);
  const allocator = new MultiRangeAllocator({ clusterCidrs, serviceCidrs: services });
  let addresses = 0;
  for (let index = 1; index <= nodes; index++) {
    const name = `n${index}`;
    try {
      const labels = { 'kubernetes.io/hostname': name, ...zoneLabels(index, zones) };
      const rooms = allocator.allocate({ name, labels }).map((cidr) => usableSize(cidr) - gatewayOf(network));
      if (on?.includes(name) ?? true) addresses += Math.min(...rooms.map(Number));
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
    }
  }
  return addresses;
}

/** What the family has that has least of it. */
function leastOfFamilies(lab: LabSpec, of: (rooms: readonly PoolRoom[]) => number): number {
  return Math.min(
    ...Map.groupBy(roomOf(lab), ({ family }) => family)
      .values()
      .map(of),
  );
}

function pieces(rooms: readonly PoolRoom[]): number {
  return rooms.reduce((sum, { nodeCidrs }) => sum + Number(nodeCidrs), 0);
}

/** How many of a kind can be there at once, beside what the lab itself has: hollow nodes, Services, pods. */
export function roomFor(lab: LabSpec, phase: ChurnPhase): number {
  if (phase.subject === 'pod') return addressesOf(lab, phase.on);
  if (phase.subject === 'service') return Math.min(serviceAddresses(lab), nodePortsFor(lab, phase));
  // A node of mode multi-pool has no CIDR until a pod needs one.
  if (lab.ipam.mode === 'multi-pool') return Number.POSITIVE_INFINITY;
  return Math.max(0, leastOfFamilies(lab, pieces) - lab.nodes);
}

/** Addresses for Services of the first family, less the network's own and the broadcast's. */
function serviceAddresses({ serviceCidrs }: LabSpec): number {
  const { cidr } = Cidr.parse(serviceCidrs[0]!);
  const size = 2 ** (familyBits(cidr.family) - cidr.prefix);
  return size - (cidr.family === 'ipv4' ? 2 : 1);
}

function nodePortsFor({ nodePorts }: LabSpec, { type }: ServicePhase): number {
  return type === 'NodePort' ? nodePorts.last - nodePorts.first + 1 : Number.POSITIVE_INFINITY;
}
