import type { Cidr, Ip } from '../ip/index.ts';
import type { CidrStats, FamilyStats } from './host/address-space.ts';
import type { Allocation } from './host/host-allocator.ts';
import type { Owner } from './host/host-record.ts';
import type { Lease } from './host/replay.ts';

/**
 * The addresses of one node: who holds which. One interface for every way to keep them, so that the agent is the
 * same with all.
 */
export interface AddressSource extends AsyncDisposable {
  /** The node's CIDRs, IPv4 first. */
  readonly cidrs: readonly Cidr[];
  /**
   * Adds CIDRs, to `pool` where there are several; those the node has are passed over.
   * @throws IpamError `cidr-collision`, `request-invalid`
   */
  grow(cidrs: Iterable<Cidr>, pool?: string): void;
  /**
   * Gives the owner one address of each family, those in `requested` where it names them, out of `pool` where there
   * are several. An owner that has a lease gets the same again.
   * @throws IpamError; nothing is allocated then.
   */
  allocate(owner: Owner, requested?: readonly Ip[], pool?: string): Allocation;
  /** Takes the owner's addresses back; resolves when that is durable, to the lease that ended, if there was one. */
  release(owner: Pick<Owner, 'containerId' | 'ifname'>): Promise<Lease | undefined>;
  /** The lease of an owner. */
  lease(owner: Pick<Owner, 'containerId' | 'ifname'>): Lease | undefined;
  /** The lease that has this address. */
  leaseOf(ip: Ip): Lease | undefined;
  /** All leases, those not durable yet included. */
  leases(): Iterable<Lease>;
  /** Fill of each family, IPv4 first. */
  stats(): FamilyStats[];
  /** Fill of each CIDR. */
  cidrStats(): CidrStats[];
}
