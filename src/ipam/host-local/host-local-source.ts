import { type Cidr, compareFamilies, type Family, type Ip } from '../../ip/index.ts';
import type { AddressSource } from '../address-source.ts';
import type { CidrStats, FamilyStats } from '../host/address-space.ts';
import type { Allocation } from '../host/host-allocator.ts';
import type { Owner } from '../host/host-record.ts';
import type { Lease } from '../host/replay.ts';
import { IpamError } from '../ipam-error.ts';
import { HostLocalStore } from './host-local-store.ts';
import { LeaseIndex } from './lease-index.ts';
import { type Gateway, RangeSet } from './range-set.ts';

type Attachment = Pick<Owner, 'containerId' | 'ifname'>;

export interface HostLocalOptions {
  /** `<dataDir>/<name of the network>`; the plugin's own default is below /var/lib/cni/networks. */
  readonly folder: string;
  /** A lease has one address of each. The plugin's range sets in this order: number 0 is IPv4, if there is any. */
  readonly families: readonly Family[];
  /** `first` if left out. */
  readonly gateway?: Gateway | undefined;
}

/** host-local promises no more than that the file is written. */
const DONE = Promise.resolve();

/**
 * The addresses of one node in the on-disk format of host-local, for use beside the real plugin or in its place. The
 * files are the truth: it decides while the folder is locked, and an address is taken by making its file. An index in
 * memory says what is free and who holds what; it is read anew whenever the folder shows that somebody else was there.
 * So alone a call takes constant time, and beside the plugin as long as the plugin's own. It differs in two things: an
 * owner that has its addresses gets the same again, and one that lacks some, because a plugin ended half-way, gets
 * those.
 */
export class HostLocalSource implements AddressSource {
  readonly #store: HostLocalStore;
  readonly #sets: readonly RangeSet[];
  readonly #index = new LeaseIndex();
  /** The index is not what the folder is, even if nobody else was there. */
  #stale = true;

  /** @throws IpamError `log-failed` */
  constructor({ folder, families, gateway = 'first' }: HostLocalOptions) {
    this.#store = new HostLocalStore(folder);
    this.#sets = families.toSorted(compareFamilies).map((family) => new RangeSet(family, gateway));
  }

  get cidrs(): readonly Cidr[] {
    return this.#sets.flatMap(({ cidrs }) => cidrs);
  }

  /** @throws IpamError `cidr-mask` for one of less than four addresses, `cidr-collision`, `request-invalid` */
  grow(cidrs: Iterable<Cidr>): void {
    for (const cidr of cidrs) {
      const set = this.#sets.find(({ family }) => family === cidr.family);
      if (set === undefined) throw unwanted(cidr.family);
      if (!set.cidrs.some((known) => known.equals(cidr))) set.grow(cidr);
    }
    this.#stale = true;
  }

  /**
   * @throws IpamError `pool-not-on-node`, `pool-full`, `address-taken`, `address-outside`, `request-invalid`,
   * `log-failed`
   */
  allocate(owner: Owner, requested: readonly Ip[] = []): Allocation {
    return this.#store.hold(() => {
      this.#refresh();
      const known = this.#index.find(owner);
      this.#refuse(requested, known);
      const missing = this.#sets.map(({ family }) => !known?.ips.some((ip) => ip.family === family));
      if (known && !missing.includes(true)) return { lease: known, existing: true, durable: DONE };
      const taken: Ip[] = [];
      try {
        for (const [number, set] of this.#sets.entries()) {
          const wanted = requested.find(({ family }) => family === set.family);
          if (missing[number]) taken.push(this.#take(owner, number, wanted));
        }
      } catch (error) {
        this.#undo(taken, owner);
        throw error;
      } finally {
        this.#store.mark();
      }
      return { lease: this.#index.add(owner, taken, Date.now()), existing: false, durable: DONE };
    });
  }

  /** @throws IpamError `log-failed`; what was freed until then stays free. */
  async release(owner: Attachment): Promise<Lease | undefined> {
    return this.#store.hold(() => {
      this.#refresh();
      const lease = this.#index.find(owner);
      if (lease === undefined) return undefined;
      try {
        for (const ip of lease.ips) this.#free(ip, lease.owner);
        this.#index.remove(lease);
        this.#store.mark();
      } catch (error) {
        this.#stale = true;
        throw error;
      }
      return lease;
    });
  }

  lease(owner: Attachment): Lease | undefined {
    this.#look();
    return this.#index.find(owner);
  }

  leaseOf(ip: Ip): Lease | undefined {
    this.#look();
    return this.#index.holderOf(ip);
  }

  leases(): Iterable<Lease> {
    this.#look();
    return this.#index.all();
  }

  stats(): FamilyStats[] {
    const all = this.cidrStats();
    return this.#sets.map(({ family }) => {
      const own = all.filter(({ cidr }) => cidr.family === family);
      const capacity = own.reduce((sum, one) => sum + one.capacity, 0);
      const used = own.reduce((sum, one) => sum + one.used, 0);
      return { family, capacity, used, cooling: 0, free: capacity - used };
    });
  }

  /** Fill of each CIDR, IPv4 first. */
  cidrStats(): CidrStats[] {
    this.#look();
    return this.#sets.flatMap((set) => set.stats());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#store[Symbol.dispose]();
  }

  /** Requests that cannot be met, whoever is asked. */
  #refuse(requested: readonly Ip[], known: Lease | undefined): void {
    for (const [i, ip] of requested.entries()) {
      const set = this.#sets.find(({ family }) => family === ip.family);
      if (set === undefined) throw unwanted(ip.family);
      if (requested.slice(0, i).some(({ family }) => family === ip.family)) {
        throw new IpamError('request-invalid', `Expected one ${ip.family} address, got ${ip} too`);
      }
      const held = known?.ips.find(({ family }) => family === ip.family);
      if (held && !held.equals(ip)) {
        throw new IpamError('request-invalid', `${known!.owner.containerId} holds ${held}, requested ${ip}`);
      }
      if (set.isGateway(ip)) throw new IpamError('address-outside', `requested ip ${ip} is subnet's gateway`);
      if (!set.contains(ip)) {
        throw new IpamError('address-outside', `failed to allocate all requested IPs: ${ip}`);
      }
    }
  }

  #take(owner: Owner, number: number, wanted: Ip | undefined): Ip {
    const set = this.#sets[number]!;
    if (set.cidrs.length === 0) {
      throw new IpamError('pool-not-on-node', `node has no ${set.family} CIDR yet`);
    }
    if (wanted !== undefined) return this.#claim(wanted, owner, number);
    for (let from = this.#store.lastReserved(number); ; ) {
      const ip = set.takeNext(from);
      if (ip === undefined) {
        const reason = `no IP addresses available in range set: ${set}`;
        throw new IpamError('pool-full', `failed to allocate for range ${number}: ${reason}`);
      }
      if (this.#reserve(ip, owner, number)) return ip;
      from = ip; // Somebody made the file without the lock: taken, as it is now in the index, too.
    }
  }

  #claim(ip: Ip, owner: Owner, number: number): Ip {
    const set = this.#sets[number]!;
    const fresh = set.take(ip);
    if (fresh && this.#reserve(ip, owner, number)) return ip;
    const reason = `requested IP address ${ip} is not available in range set ${set}`;
    throw new IpamError('address-taken', `failed to allocate for range ${number}: ${reason}`);
  }

  /** Makes the file of an address that is taken in its set. */
  #reserve(ip: Ip, owner: Owner, number: number): boolean {
    try {
      return this.#store.reserve(ip, owner, number);
    } catch (error) {
      this.#sets[number]!.free(ip);
      throw error;
    }
  }

  #free(ip: Ip, owner: Attachment): void {
    this.#store.release(ip, owner);
    this.#sets.find(({ family }) => family === ip.family)?.free(ip);
  }

  #undo(ips: readonly Ip[], owner: Owner): void {
    try {
      for (const ip of ips) this.#free(ip, owner);
    } catch {
      this.#stale = true; // What could not be freed is the owner's still.
    }
  }

  #look(): void {
    if (this.#stale || !this.#store.isMarked()) this.#store.hold(() => this.#read());
  }

  #refresh(): void {
    if (this.#stale || !this.#store.isMarked()) this.#read();
  }

  #read(): void {
    const reservations = this.#store.list();
    for (const set of this.#sets) set.clear();
    for (const { ip } of reservations) this.#sets.find(({ family }) => family === ip.family)?.take(ip);
    this.#index.rebuild(reservations);
    this.#store.mark();
    this.#stale = false;
  }
}

function unwanted(family: Family): IpamError {
  return new IpamError('request-invalid', `Expected an address of a family this network has, got ${family}`);
}
