export { capacityOf } from './cluster-pool/capacity.ts';
export { ClusterPool, type PoolChange } from './cluster-pool/cluster-pool.ts';
export {
  type ClusterPoolConfig,
  type ClusterPoolSpec,
  readClusterPoolConfig,
} from './cluster-pool/cluster-pool-config.ts';
export type { CidrSetStats } from './cluster-pool/family-pool.ts';
export type { FamilyStats } from './host/address-space.ts';
export { type Allocation, HostAllocator } from './host/host-allocator.ts';
export type { HostRecord, Owner } from './host/host-record.ts';
export type { Lease } from './host/replay.ts';
export { IpamError } from './ipam-error.ts';
export { AllocationLog } from './log/allocation-log.ts';
export type { NodeAllocator, NodeCidrFill, NodeRequest } from './node-allocator.ts';
export { NODE_CIDR_FULL } from './node-cidr-full.ts';
export { RangeAllocator } from './range/range-allocator.ts';
export { type RangeConfig, type RangeSpec, readRangeConfig } from './range/range-config.ts';
