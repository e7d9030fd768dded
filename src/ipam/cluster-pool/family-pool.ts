import type { Cidr, Family } from '../../ip/index.ts';
import { CidrSet } from '../cidr-set.ts';
import { IpamError } from '../ipam-error.ts';
import type { FamilyPoolSpec } from './cluster-pool-config.ts';

/** Fill of one configured CIDR, in pieces (one is one node's). */
export interface CidrSetStats {
  readonly family: Family;
  readonly cidr: Cidr;
  readonly maskSize: number;
  readonly size: bigint;
  readonly used: number;
}

/** The CIDRs of one family, used up in their order. */
export class FamilyPool {
  readonly family: Family;
  readonly maskSize: number;
  #sets: CidrSet[];

  constructor({ family, maskSize, cidrs }: FamilyPoolSpec) {
    this.family = family;
    this.maskSize = maskSize;
    this.#sets = cidrs.map((cidr) => new CidrSet(cidr, maskSize));
  }

  get cidrs(): readonly Cidr[] {
    return this.#sets.map(({ cidr }) => cidr);
  }

  /** A piece from the first CIDR that has one, or undefined. */
  allocateNext(avoid: readonly Cidr[]): Cidr | undefined {
    for (const set of this.#sets) {
      const piece = set.allocateNext(avoid);
      if (piece) return piece;
    }
    return undefined;
  }

  /** @throws IpamError `cidr-outside`, `cidr-mask`, `cidr-taken` */
  occupy(piece: Cidr): void {
    const set = this.#setOf(piece);
    if (set === undefined) {
      throw new IpamError('cidr-outside', `allocator not configured for the requested CIDR ${piece}`);
    }
    if (piece.prefix !== this.maskSize) {
      const found = `mask size ${this.maskSize} of ${set.cidr} does not fit the requested CIDR ${piece}`;
      throw new IpamError('cidr-mask', found);
    }
    if (!set.occupy(piece))
      throw new IpamError('cidr-taken', `requested CIDR (${piece}) is already allocated`);
  }

  release(piece: Cidr): void {
    this.#setOf(piece)?.release(piece);
  }

  /** Adds a CIDR at the end. @throws IpamError `cidr-collision` */
  grow(cidr: Cidr): void {
    const other = this.#sets.find((set) => set.cidr.overlaps(cidr));
    if (other) throw new IpamError('cidr-collision', `requested CIDR ${cidr} collides with ${other.cidr}`);
    this.#sets.push(new CidrSet(cidr, this.maskSize));
  }

  /** Takes a CIDR away, with the pieces that are taken of it. */
  shrink(cidr: Cidr): void {
    this.#sets = this.#sets.filter((set) => !set.cidr.equals(cidr));
  }

  stats(): CidrSetStats[] {
    const { family, maskSize } = this;
    return this.#sets.map(({ cidr, size, used }) => ({ family, cidr, maskSize, size, used }));
  }

  #setOf(piece: Cidr): CidrSet | undefined {
    return this.#sets.find((set) => set.cidr.overlaps(piece));
  }
}
