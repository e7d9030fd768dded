export { capacityOf } from './cluster-pool/capacity.ts';
export { ClusterPool, NODE_CIDR_FULL, type PoolChange } from './cluster-pool/cluster-pool.ts';
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
