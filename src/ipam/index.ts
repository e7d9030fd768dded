export { type Capacity, capacityOf, type FamilyCapacity } from './cluster-pool/capacity.ts';
export {
  ClusterPool,
  NODE_CIDR_FULL,
  type PoolChange,
  type ServedNode,
} from './cluster-pool/cluster-pool.ts';
export {
  type ClusterPoolConfig,
  type ClusterPoolSpec,
  type FamilyPoolConfig,
  type FamilyPoolSpec,
  readClusterPoolConfig,
} from './cluster-pool/cluster-pool-config.ts';
export type { CidrSetStats } from './cluster-pool/family-pool.ts';
export { AddressSpace, type FamilyStats } from './host/address-space.ts';
export { type Allocation, HostAllocator, type HostAllocatorOptions } from './host/host-allocator.ts';
export { type HostRecord, type Owner, ownerKey } from './host/host-record.ts';
export type { Lease } from './host/replay.ts';
export { IpamError, type IpamErrorCode, type IpamFailure } from './ipam-error.ts';
export { AllocationLog, type AllocationLogOptions } from './log/allocation-log.ts';
export { MemoryStore } from './log/memory-store.ts';
export type { LogRecord, RecordStore } from './log/record-store.ts';
