export { AddressQueue, type AddressQueueOptions } from './address-queue.ts';
export type { AddressSource } from './address-source.ts';
export {
  type CapacityPlan,
  type CapacityQuestion,
  capacityOf,
  type FamilyRoom,
  planCapacity,
} from './capacity.ts';
export { type CloudDecision, decideCloudCidrs } from './cloud/cloud-decision.ts';
export {
  type CloudAllocation,
  CloudProvider,
  type CloudProviderSpec,
  type CloudRelease,
} from './cloud/cloud-provider.ts';
export { ClusterPool, type PoolChange } from './cluster-pool/cluster-pool.ts';
export {
  type ClusterPoolConfig,
  type ClusterPoolSpec,
  readClusterPoolConfig,
} from './cluster-pool/cluster-pool-config.ts';
export type { CidrSetStats } from './cluster-pool/family-pool.ts';
export type { CidrStats, FamilyStats } from './host/address-space.ts';
export { type Allocation, HostAllocator } from './host/host-allocator.ts';
export type { HostRecord, Owner } from './host/host-record.ts';
export type { Lease } from './host/replay.ts';
export { IpamError } from './ipam-error.ts';
export { AllocationLog } from './log/allocation-log.ts';
export { SnapshotStore } from './log/snapshot-store.ts';
export { MultiPool } from './multi-pool/multi-pool.ts';
export {
  DEFAULT_POOL,
  MultiPoolSource,
  type MultiPoolSourceOptions,
} from './multi-pool/multi-pool-source.ts';
export type { NodePools, PoolCidrs, PoolNeed } from './multi-pool/needs.ts';
export type { PoolCidr, PoolDemand } from './multi-pool/pool-demand.ts';
export type { ClusterCidrSpec } from './multi-range/cluster-cidr.ts';
export { MultiRangeAllocator, type MultiRangeSpec } from './multi-range/multi-range-allocator.ts';
export type { NodeSelectorTerms, SelectorRequirement } from './multi-range/node-selector.ts';
export { type NodeAllocator, type NodeCidrFill, type NodeRequest, pieceMask } from './node-allocator.ts';
export { NODE_CIDR_FULL } from './node-cidr-full.ts';
export { RangeAllocator } from './range/range-allocator.ts';
export { type RangeConfig, type RangeSpec, readRangeConfig } from './range/range-config.ts';
