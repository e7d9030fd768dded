import type { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import type { IpPool } from './ip-pool.ts';

/** A CIDR that a node has. */
export interface Piece {
  readonly node: string;
  readonly pool: string;
  readonly cidr: Cidr;
  /** Whether the node's object has it: until then it is a decision that is still to be written. */
  listed: boolean;
  /** Whether it is one of the pool's; not when the pool or the CIDR that it was cut from is gone. */
  placed: boolean;
}

/** All CIDRs that nodes have, in step with the bitmaps of the pools. */
export class Pieces {
  readonly #pools: ReadonlyMap<string, IpPool>;
  readonly #byText = new Map<string, Piece>();
  readonly #loose = new Set<Piece>();

  constructor(pools: ReadonlyMap<string, IpPool>) {
    this.#pools = pools;
  }

  /** Pieces that are in no pool: they may lie in the CIDRs of another one. */
  get loose(): Iterable<Piece> {
    return this.#loose;
  }

  of(cidr: Cidr): Piece | undefined {
    return this.#byText.get(cidr.toString());
  }

  /** Adds a piece that its pool has just handed out. */
  add(piece: Piece): void {
    this.#byText.set(piece.cidr.toString(), piece);
  }

  /** Adds a piece that is found in use; or returns the one in its way, and adds nothing. */
  claim(piece: Piece): Piece | undefined {
    const holder = this.of(piece.cidr);
    if (holder) return holder;
    this.#fit(piece);
    // Pieces of one pool are of one size, and its bitmap knows them.
    for (const other of piece.placed ? this.#loose : this.#byText.values()) {
      if (!other.cidr.overlaps(piece.cidr)) continue;
      this.#unfit(piece);
      return other;
    }
    this.add(piece);
    if (!piece.placed) this.#loose.add(piece);
    return undefined;
  }

  drop(piece: Piece): void {
    this.#byText.delete(piece.cidr.toString());
    this.#loose.delete(piece);
    this.#unfit(piece);
  }

  /** A pool is another one by now: looks for each piece of it whether it is still, or again, in the pool. */
  refit(pool: string): void {
    for (const piece of this.#byText.values()) {
      if (piece.pool !== pool) continue;
      this.#unfit(piece);
      this.#fit(piece);
      if (piece.placed) this.#loose.delete(piece);
      else this.#loose.add(piece);
    }
  }

  /** Marks a piece as taken in its pool, if it is one of it. */
  #fit(piece: Piece): void {
    try {
      const family = this.#pools.get(piece.pool)?.family(piece.cidr.family);
      family?.occupy(piece.cidr);
      piece.placed = family !== undefined;
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      piece.placed = false;
    }
  }

  #unfit(piece: Piece): void {
    if (piece.placed) this.#pools.get(piece.pool)?.family(piece.cidr.family)?.release(piece.cidr);
    piece.placed = false;
  }
}
