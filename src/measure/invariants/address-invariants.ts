import { Cidr, Ip } from '../../ip/index.ts';
import { format } from '../../stats/index.ts';
import type { AddressGranted, AddressReleased } from '../events.ts';
import type { InvariantResult } from '../folder/document.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { Tally } from './tally.ts';

type AddressEvent = AddressGranted | AddressReleased;

export interface AddressInvariantOptions {
  /** CIDRs that pods may have addresses from; host bits are ignored. */
  readonly pools: readonly string[];
  /** CIDRs of each pool that pods may ask for by name. */
  readonly named?: Readonly<Record<string, readonly string[]>>;
  /** How long an address must rest after its release was asked, ns; 0: no rest is promised, nothing checked. */
  readonly cooldownNs: number;
}

/** A release and a grant at the same instant touch, they do not overlap: the release goes first. */
const releasesFirst = (event: AddressEvent) => (event.kind === 'address.released' ? 0 : 1);

/**
 * Checks every address that the network hands out: none on two live pods, none from outside its pool, none
 * again before its cooldown. A pod holds an address from the answer to ADD until DEL gives it back, by stamps that
 * are no earlier and no later than that; the cooldown runs from the asking for DEL: no slow answer is taken for a
 * fault. Events may come in any order within the lag given to `advance`; memory is what is alive plus what
 * waits. Results are exact.
 */
export class AddressInvariants {
  readonly #pools: readonly Cidr[];
  readonly #named: ReadonlyMap<string, readonly Cidr[]>;
  readonly #cooldownNs: number;
  readonly #buffer = new ReorderBuffer<AddressEvent>();
  readonly #holders = new Map<string, AddressGranted[]>();
  readonly #released = new Map<string, AddressReleased>();
  readonly #unique = new Tally('address-unique', 'no IP on two live pods');
  readonly #inPool = new Tally('address-in-pool', 'no IP outside its pool');
  readonly #rested = new Tally('address-cooldown', 'no IP reused before its cooldown');

  /** Throws IpError when a pool is no CIDR. */
  constructor({ pools, named = {}, cooldownNs }: AddressInvariantOptions) {
    this.#pools = parsed(pools);
    this.#named = new Map(Object.entries(named).map(([name, cidrs]) => [name, parsed(cidrs)]));
    this.#cooldownNs = cooldownNs;
  }

  observe(event: AddressEvent): void {
    if (!this.#buffer.add(event)) {
      const reason = `an event (${event.kind} ${event.address}) came after its time was checked`;
      for (const tally of [this.#unique, this.#rested]) tally.doubt(reason);
    }
  }

  /** Checks everything up to `untilNs`: no older event will come. Call it about once a second, a few seconds back. */
  advance(untilNs: number): void {
    for (const event of this.#buffer.drain(untilNs, releasesFirst)) {
      if (event.kind === 'address.granted') this.#grant(event);
      else this.#release(event);
    }
  }

  /** Checks what is left and gives the results; the cooldown is among them when one is promised. */
  results(): InvariantResult[] {
    this.advance(Infinity);
    const tallies = [this.#unique, this.#inPool, ...(this.#cooldownNs > 0 ? [this.#rested] : [])];
    return tallies.map((tally) => tally.result());
  }

  #grant(event: AddressGranted): void {
    const { address, owner, at } = event;
    const holders = this.#holders.get(address) ?? [];
    const other = holders.find((holder) => holder.owner !== owner);
    if (other === undefined) this.#unique.held();
    else {
      this.#unique.broken(
        at,
        at - other.at,
        () => `${address} given to ${who(event)} while ${who(other)} had it`,
      );
    }
    // The same owner asking twice gets the same answer: that is one pod.
    if (!holders.some((holder) => holder.owner === owner)) this.#holders.set(address, [...holders, event]);
    this.#checkPool(event);
    this.#checkCooldown(event);
  }

  #release(event: AddressReleased): void {
    const holders = this.#holders.get(event.address);
    const rest = holders?.filter((holder) => holder.owner !== event.owner);
    if (holders === undefined || rest === undefined || rest.length === holders.length) return;
    if (rest.length === 0) this.#holders.delete(event.address);
    else this.#holders.set(event.address, rest);
    this.#released.set(event.address, event);
  }

  #checkPool(event: AddressGranted): void {
    const ip = Ip.parse(event.address);
    const allowed = event.pool === undefined ? this.#pools : (this.#named.get(event.pool) ?? []);
    if (allowed.some((pool) => pool.contains(ip))) this.#inPool.held();
    else {
      const name = event.pool === undefined ? '' : `pool ${event.pool} of `;
      const pools = `${name}${allowed.join(', ')}`;
      this.#inPool.broken(event.at, 0, () => `${event.address} given to ${who(event)}, outside ${pools}`);
    }
  }

  #checkCooldown(event: AddressGranted): void {
    const last = this.#released.get(event.address);
    const rest = last === undefined ? Infinity : event.at - last.asked;
    if (last === undefined || rest >= this.#cooldownNs) this.#rested.held();
    else {
      this.#rested.broken(event.at, rest, () => {
        const wanted = format(this.#cooldownNs, 'ns');
        return `${event.address} given to ${who(event)} ${format(rest, 'ns')} after ${who(last)} gave it back; cooldown ${wanted}`;
      });
    }
  }
}

function parsed(cidrs: readonly string[]): Cidr[] {
  return cidrs.map((text) => Cidr.parse(text).cidr);
}

function who({ owner, node }: AddressEvent): string {
  return `${owner} on ${node}`;
}
