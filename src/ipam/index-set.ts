import { BITMAP_LIMIT, Bitmap } from './bitmap.ts';

/** A place in a range: a number below 2^32, a bigint from there on. */
export type Index = number | bigint;

/** The canonical form of a place. */
export function toIndex(value: bigint): Index {
  return value < BigInt(BITMAP_LIMIT) ? Number(value) : value;
}

/**
 * A set of places in a range of any size, an IPv6 /64 as well. The first 2^32 lie in a bitmap, and only among
 * them is searched; those further on are members one by one, when somebody names them.
 */
export class IndexSet {
  readonly size: bigint;
  readonly #near: Bitmap;
  readonly #far = new Set<bigint>();

  constructor(size: bigint) {
    this.size = size;
    this.#near = new Bitmap(size < BigInt(BITMAP_LIMIT) ? Number(size) : BITMAP_LIMIT);
  }

  /** How many places are taken. */
  get count(): number {
    return this.#near.count + this.#far.size;
  }

  has(index: Index): boolean {
    return typeof index === 'number' ? this.#near.has(index) : this.#far.has(index);
  }

  /** False when it was a member already. */
  add(index: Index): boolean {
    if (typeof index === 'number') return this.#near.set(index);
    if (index >= this.size) throw new RangeError(`Expected a place below ${this.size}, got ${index}`);
    if (this.#far.has(index)) return false;
    this.#far.add(index);
    return true;
  }

  /** False when it was no member. */
  delete(index: Index): boolean {
    return typeof index === 'number' ? this.#near.clear(index) : this.#far.delete(index);
  }

  /** The first free place at or after `from`, or undefined; never one from 2^32 on. */
  nextFree(from: number): number | undefined {
    return from < this.#near.size ? this.#near.nextClear(from) : undefined;
  }
}
