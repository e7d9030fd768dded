import type { Cidr, Family, Ip } from '../../../ip/index.ts';

/** Where allocations are kept: the IPAddress objects. */
export interface AddressLedger {
  has(address: string): boolean;
}

const MIN_BAND = 16n;
const MAX_BAND = 256n;

/**
 * Chooses service addresses of one prefix. Like kube-apiserver it leaves a band at the beginning to addresses
 * that are asked for, until the rest is used up (KEP-3070); unlike it, it goes round instead of at random, so
 * that runs repeat.
 */
export class AddressAllocator {
  readonly cidr: Cidr;
  readonly #ledger: AddressLedger;
  readonly #size: bigint;
  readonly #band: bigint;
  #cursor: bigint;

  constructor(cidr: Cidr, ledger: AddressLedger) {
    this.cidr = cidr;
    this.#ledger = ledger;
    // Neither the network address nor, in IPv4, the broadcast address; IPv6 ranges are used up to 2^64.
    const whole = cidr.size > 1n << 64n ? 1n << 64n : cidr.size;
    this.#size = whole - (cidr.family === 'ipv4' ? 2n : 1n);
    const share = this.#size / 16n;
    this.#band =
      this.#size < MIN_BAND ? 0n : share < MIN_BAND ? MIN_BAND : share > MAX_BAND ? MAX_BAND : share;
    this.#cursor = this.#band;
  }

  get family(): Family {
    return this.cidr.family;
  }

  contains(address: Ip): boolean {
    return this.cidr.contains(address);
  }

  /** A free address, or undefined when there is none left. */
  next(): string | undefined {
    return (
      this.#search(this.#cursor, this.#size) ??
      this.#search(this.#band, this.#cursor) ??
      this.#search(0n, this.#band)
    );
  }

  /** The first address, which belongs to the API's own service. */
  first(): string {
    return this.cidr.address(1n).toString();
  }

  #search(from: bigint, to: bigint): string | undefined {
    for (let offset = from; offset < to; offset++) {
      const address = this.cidr.address(offset + 1n).toString();
      if (this.#ledger.has(address)) continue;
      this.#cursor = offset + 1n;
      return address;
    }
    return undefined;
  }
}
