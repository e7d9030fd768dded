import { type Cidr, compareFamilies, type Family, type Ip } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import type { RecordStore } from '../log/record-store.ts';
import { AddressSpace, type CidrStats, type FamilyStats } from './address-space.ts';
import { type HostRecord, type Owner, ownerKey } from './host-record.ts';
import { type Lease, replay } from './replay.ts';

export interface HostAllocatorOptions {
  /** A lease has one address of each, or there is no lease. */
  readonly families: readonly Family[];
  readonly store: RecordStore<HostRecord>;
  /** How long a released address is kept back, in ms; 0 for not at all. */
  readonly cooldownMs: number;
  /** ms since the epoch. The default never runs backwards while the process lives. */
  readonly now?: () => number;
}

/** A decision: final once `durable` resolves. */
export interface Allocation {
  readonly lease: Lease;
  /** True when the owner held the lease before the call. */
  readonly existing: boolean;
  /**
   * Resolves when the lease will survive a crash: answer nobody before. Rejects with IpamError `log-failed`,
   * and the lease is undone then.
   */
  readonly durable: Promise<void>;
}

interface Held {
  readonly lease: Lease;
  durable: Promise<void>;
  /** The snapshot of a rewrite holds what is durable and nothing else. */
  isDurable: boolean;
  releasing: Promise<Lease> | undefined;
}

/** Of what is durable at once. */
const DONE = Promise.resolve();
const NOTHING = Promise.resolve(undefined);

/**
 * The addresses of one node: who holds which, inside the CIDRs the node was given. Decides in memory in constant
 * time; every change is in the store before it is answered, and a start from the same store restores it.
 */
export class HostAllocator implements AsyncDisposable {
  readonly #store: RecordStore<HostRecord>;
  readonly #now: () => number;
  readonly #spaces: readonly AddressSpace[];
  readonly #held = new Map<string, Held>();
  /** Leases by the numbers of their addresses, which are of another type for each family. */
  readonly #owners = new Map<Ip['number'], Lease>();
  /** Released before the start, until their CIDR is known. */
  #rested: { readonly ip: Ip; readonly at: number }[] = [];

  private constructor(options: HostAllocatorOptions) {
    this.#store = options.store;
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
    const families = options.families.toSorted(compareFamilies);
    this.#spaces = families.map((family) => new AddressSpace(family, options.cooldownMs));
  }

  /**
   * Restores what the store holds. The node has no CIDRs yet: give them to grow().
   * @throws IpamError `log-corrupt`, `log-failed`
   */
  static async open(options: HostAllocatorOptions): Promise<HostAllocator> {
    const allocator = new HostAllocator(options);
    const { leases, rested } = replay(await options.store.open(() => allocator.#snapshot()));
    for (const [key, lease] of leases) allocator.#hold(key, lease);
    const now = allocator.#now();
    // A clock that was set back since must not keep addresses away for longer than the cooldown.
    allocator.#rested = Array.from(rested, ({ ip, at }) => ({ ip, at: Math.min(at, now) }));
    allocator.#rested.sort((a, b) => a.at - b.at);
    return allocator;
  }

  /** The node's CIDRs, IPv4 first. */
  get cidrs(): readonly Cidr[] {
    return this.#spaces.flatMap((space) => space.cidrs);
  }

  /**
   * Adds CIDRs; those the node has are passed over, so the whole list of the node's object can be given.
   * @throws IpamError `cidr-collision`, `request-invalid` for a family that is not wanted; those before it stay.
   */
  grow(cidrs: Iterable<Cidr>): void {
    for (const cidr of cidrs) {
      const space = this.#space(cidr.family);
      if (space.cidrs.some((known) => known.equals(cidr))) continue;
      const leased = Array.from(this.#held.values(), ({ lease }) => lease.ips).flat();
      space.grow(cidr, leased, this.#rested);
      this.#rested = this.#rested.filter(({ ip }) => !cidr.contains(ip));
    }
  }

  /**
   * Takes away a CIDR that nobody uses.
   * @throws IpamError `cidr-in-use` while an address of it is leased or cools down, `cidr-outside`
   */
  shrink(cidr: Cidr): void {
    this.#space(cidr.family).shrink(cidr, this.#now());
  }

  /**
   * Gives the owner one address of each family, those in `requested` where it names them. An owner that has a
   * lease gets the same again.
   * @throws IpamError `pool-not-on-node`, `pool-full`, `cooldown`, `address-taken`, `address-outside`,
   * `request-invalid`, `owner-busy` while its release is not durable. Nothing is allocated then.
   */
  allocate(owner: Owner, requested: readonly Ip[] = []): Allocation {
    const key = ownerKey(owner);
    const held = this.#held.get(key);
    if (held) return this.#again(key, held, requested);
    const now = this.#now();
    const lease: Lease = { owner, ips: this.#decide(requested, now), since: Math.floor(now) };
    const added = this.#hold(key, lease);
    const written = this.#store.append(allocRecord(lease));
    if (written !== undefined) added.durable = this.#whenDurable(added, written);
    return { lease, existing: false, durable: added.durable };
  }

  /**
   * Takes the owner's addresses back; resolves when that is durable, to the lease that ended, or to undefined
   * when there was none. From then on they may be handed out again, after their cooldown.
   * Rejects with IpamError `log-failed`; the owner holds its lease then as before.
   */
  release(owner: Pick<Owner, 'containerId' | 'ifname'>): Promise<Lease | undefined> {
    const held = this.#held.get(ownerKey(owner));
    if (held === undefined) return NOTHING;
    if (!held.isDurable) {
      const again = (): Promise<Lease | undefined> => this.release(owner);
      return held.durable.then(again, again);
    }
    held.releasing ??= this.#release(held);
    return held.releasing;
  }

  /** The lease of an owner. */
  lease(owner: Pick<Owner, 'containerId' | 'ifname'>): Lease | undefined {
    return this.#held.get(ownerKey(owner))?.lease;
  }

  /** The lease that has this address. */
  leaseOf(ip: Ip): Lease | undefined {
    return this.#owners.get(ip.number);
  }

  /** All leases, those not durable yet included. */
  *leases(): Generator<Lease> {
    for (const { lease } of this.#held.values()) yield lease;
  }

  /** Fill of each family, IPv4 first. Addresses outside the node's CIDRs are not counted. */
  stats(): FamilyStats[] {
    const now = this.#now();
    return this.#spaces.map((space) => space.stats(now));
  }

  /** Fill of each CIDR, IPv4 first. */
  cidrStats(): CidrStats[] {
    const now = this.#now();
    return this.#spaces.flatMap((space) => space.cidrStats(now));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }

  #again(key: string, held: Held, requested: readonly Ip[]): Allocation {
    if (held.releasing) throw new IpamError('owner-busy', `release of ${key} is not finished`);
    const other = requested.find((ip) => !held.lease.ips.some((own) => own.equals(ip)));
    if (other)
      throw new IpamError('request-invalid', `${key} holds ${held.lease.ips.join(', ')}, requested ${other}`);
    return { lease: held.lease, existing: true, durable: held.durable };
  }

  /** One address a family, or none at all. */
  #decide(requested: readonly Ip[], now: number): Ip[] {
    const [only, second] = this.#spaces;
    if (requested.length === 0 && only && !second) return [only.take(now)];
    const ips: Ip[] = [];
    try {
      for (const ip of requested) this.#space(ip.family);
      for (const space of this.#spaces) {
        const [wanted, second] = requested.filter((ip) => ip.family === space.family);
        if (second)
          throw new IpamError('request-invalid', `Expected one ${space.family} address, got ${second} too`);
        if (wanted) space.claim(wanted, now);
        ips.push(wanted ?? space.take(now));
      }
      return ips;
    } catch (error) {
      for (const ip of ips) this.#space(ip.family).undo(ip);
      throw error;
    }
  }

  /** Marks the lease durable once it is written, or undoes it. */
  #whenDurable(held: Held, written: Promise<void>): Promise<void> {
    held.isDurable = false;
    const durable = written.then(
      () => {
        held.isDurable = true;
      },
      (error: unknown) => {
        this.#drop(held.lease);
        for (const ip of held.lease.ips) this.#space(ip.family).undo(ip);
        throw error;
      },
    );
    durable.catch(() => {}); // A caller whose own work fails first never looks at it.
    return durable;
  }

  #release(held: Held): Promise<Lease> {
    const { containerId: id, ifname } = held.lease.owner;
    const written = this.#store.append({ op: 'free', id, if: ifname, at: Math.ceil(this.#now()) });
    if (written === undefined) return Promise.resolve(this.#end(held));
    return written.then(
      () => this.#end(held),
      (error: unknown) => {
        held.releasing = undefined;
        throw error;
      },
    );
  }

  #end({ lease }: Held): Lease {
    this.#drop(lease);
    const now = this.#now();
    for (const ip of lease.ips) this.#space(ip.family).release(ip, now);
    return lease;
  }

  #hold(key: string, lease: Lease): Held {
    const held: Held = { lease, durable: DONE, isDurable: true, releasing: undefined };
    this.#held.set(key, held);
    for (const ip of lease.ips) this.#owners.set(ip.number, lease);
    return held;
  }

  #drop(lease: Lease): void {
    this.#held.delete(ownerKey(lease.owner));
    for (const ip of lease.ips) this.#owners.delete(ip.number);
  }

  #space(family: Family): AddressSpace {
    const space = this.#spaces.find((one) => one.family === family);
    if (space) return space;
    throw new IpamError('request-invalid', `Expected an address of a family this network has, got ${family}`);
  }

  /** Records that come to the durable state. */
  *#snapshot(): Generator<HostRecord> {
    const resting = [...this.#rested, ...this.#spaces.flatMap((space) => [...space.resting()])];
    for (const { ip, at } of resting) yield { op: 'rest', ip, at: Math.ceil(at) };
    for (const { lease, isDurable } of this.#held.values()) {
      if (isDurable) yield allocRecord(lease);
    }
  }
}

function allocRecord({ owner: { containerId, ifname, pod }, ips, since }: Lease): HostRecord {
  if (pod === undefined) return { op: 'alloc', id: containerId, if: ifname, ips, at: since };
  return { op: 'alloc', id: containerId, if: ifname, pod, ips, at: since };
}
