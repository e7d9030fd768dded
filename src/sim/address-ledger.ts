import { Cidr, type Ip } from '../ip/index.ts';
import type { InvariantResult } from '../measure/index.ts';

/** Addresses in one block of the ledger. */
const BLOCK = 65_536;
/** Of an address that somebody has. */
const LIVE = 0xffff_ffff;

interface Pool {
  readonly cidr: Cidr;
  /** By number of the block: for each address LIVE, or the ms of its last release plus 1, or 0. */
  readonly blocks: Map<number, Uint32Array>;
}

type Name = 'address-unique' | 'address-in-pool' | 'address-cooldown';

const TITLES: Readonly<Record<Name, string>> = {
  'address-unique': 'no IP on two live pods',
  'address-in-pool': 'no IP outside its pool',
  'address-cooldown': 'no IP reused before its cooldown',
};

/**
 * Checks every address that is handed out, 4 bytes for each that ever was. What happens to one address must be told
 * in the order of time; that of others may come in between.
 */
export class AddressLedger {
  readonly #pools: Pool[] = [];
  readonly #cooldownMs: number;
  #checks = 0;
  readonly #violations: Record<Name, number> = {
    'address-unique': 0,
    'address-in-pool': 0,
    'address-cooldown': 0,
  };
  readonly #witnesses = new Map<Name, { text: string; at: number; ageNs: number }>();

  constructor(pools: readonly string[], cooldownNs: number) {
    this.#cooldownMs = cooldownNs / 1e6;
    for (const pool of pools) this.add(pool);
  }

  /** A CIDR more that pods may have addresses from. */
  add(pool: string): void {
    this.#pools.push({ cidr: Cidr.parse(pool).cidr, blocks: new Map() });
  }

  /** `owner` has the address from the instant `ns` on. */
  grant(ip: Ip, ns: number, owner: () => string): void {
    this.#checks++;
    const place = this.#place(ip);
    if (place === undefined) {
      this.#broken('address-in-pool', ns, 0, () => `${ip} given to ${owner()}, outside all pools`);
      return;
    }
    const { block, at } = place;
    const before = block[at]!;
    if (before === LIVE) {
      this.#broken('address-unique', ns, 0, () => `${ip} given to ${owner()} while another pod had it`);
    } else if (before > 0) {
      const restMs = Math.floor(ns / 1e6) - (before - 1);
      if (restMs < this.#cooldownMs) {
        const text = () => `${ip} given to ${owner()} ${restMs} ms after its release`;
        this.#broken('address-cooldown', ns, restMs * 1e6, text);
      }
    }
    block[at] = LIVE;
  }

  release(ip: Ip, ns: number): void {
    const place = this.#place(ip);
    if (place !== undefined) place.block[place.at] = Math.floor(ns / 1e6) + 1;
  }

  results(): InvariantResult[] {
    const names = (Object.keys(TITLES) as Name[]).filter(
      (name) => name !== 'address-cooldown' || this.#cooldownMs > 0,
    );
    return names.map((name) => {
      const witness = this.#witnesses.get(name);
      const result = { name, title: TITLES[name], checks: this.#checks, violations: this.#violations[name] };
      return witness === undefined ? result : { ...result, witness };
    });
  }

  #place(ip: Ip): { block: Uint32Array; at: number } | undefined {
    for (const { cidr, blocks } of this.#pools) {
      if (!cidr.contains(ip)) continue;
      const offset =
        typeof ip.number === 'number'
          ? ip.number - Number(cidr.network.number)
          : Number(ip.value - cidr.network.value);
      const number = Math.floor(offset / BLOCK);
      let block = blocks.get(number);
      if (block === undefined) {
        block = new Uint32Array(BLOCK);
        blocks.set(number, block);
      }
      return { block, at: offset % BLOCK };
    }
    return undefined;
  }

  #broken(name: Name, at: number, ageNs: number, text: () => string): void {
    if (this.#violations[name]++ === 0) this.#witnesses.set(name, { text: text(), at, ageNs });
  }
}
