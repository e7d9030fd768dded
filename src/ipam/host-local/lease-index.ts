import { Ip } from '../../ip/index.ts';
import type { Owner } from '../host/host-record.ts';
import type { Lease } from '../host/replay.ts';
import { contentOf, type Reservation } from './host-local-store.ts';

type Attachment = Pick<Owner, 'containerId' | 'ifname'>;

/** Who holds what, as the files said when they were read. */
export class LeaseIndex {
  /** By what the owner's files hold. */
  readonly #leases = new Map<string, Lease>();
  readonly #holders = new Map<Ip['number'], string>();
  /** Names of pods, which the files have no room for: of those this process has served. */
  readonly #pods = new Map<string, string>();

  /** Puts these in the place of all that was known. Files without content have no owner, and are nobody's lease. */
  rebuild(reservations: readonly Reservation[]): void {
    this.#leases.clear();
    this.#holders.clear();
    for (const { ip, content, since } of reservations) {
      if (content !== '') this.#add(content, [ip], since);
    }
    for (const content of this.#pods.keys()) if (!this.#leases.has(content)) this.#pods.delete(content);
  }

  /** Adds addresses to what the owner holds. */
  add(owner: Owner, ips: readonly Ip[], since: number): Lease {
    if (owner.pod !== undefined) this.#pods.set(contentOf(owner), owner.pod);
    return this.#add(contentOf(owner), ips, since);
  }

  remove({ owner, ips }: Lease): void {
    const content = contentOf(owner);
    this.#leases.delete(content);
    this.#pods.delete(content);
    for (const ip of ips) this.#holders.delete(ip.number);
  }

  /** Of an owner whose files name no interface, as versions before 0.8 wrote them, any interface is the right one. */
  find(owner: Attachment): Lease | undefined {
    const { containerId } = owner;
    return this.#leases.get(contentOf(owner)) ?? this.#leases.get(contentOf({ containerId, ifname: '' }));
  }

  holderOf(ip: Ip): Lease | undefined {
    return this.#leases.get(this.#holders.get(ip.number) ?? '');
  }

  all(): Iterable<Lease> {
    return this.#leases.values();
  }

  #add(content: string, ips: readonly Ip[], since: number): Lease {
    const known = this.#leases.get(content);
    const [containerId = '', ifname = ''] = content.split('\r\n');
    const pod = this.#pods.get(content);
    const lease = {
      owner: pod === undefined ? { containerId, ifname } : { containerId, ifname, pod },
      ips: [...(known?.ips ?? []), ...ips].sort(Ip.compare),
      since: Math.min(known?.since ?? since, since),
    };
    this.#leases.set(content, lease);
    for (const ip of ips) this.#holders.set(ip.number, content);
    return lease;
  }
}
