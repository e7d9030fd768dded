import { Cidr, familyBits, type Ip } from '../ip/index.ts';
import { IndexSet, toIndex } from './index-set.ts';

/** One CIDR cut into pieces of one size. The search for a free one goes on where the last one ended, and round. */
export class CidrSet {
  readonly cidr: Cidr;
  readonly maskSize: number;
  readonly #taken: IndexSet;
  #next = 0;

  constructor(cidr: Cidr, maskSize: number) {
    this.cidr = cidr;
    this.maskSize = maskSize;
    this.#taken = new IndexSet(cidr.subnetCount(maskSize));
  }

  /** How many pieces there are. */
  get size(): bigint {
    return this.#taken.size;
  }

  get used(): number {
    return this.#taken.count;
  }

  /** The next free piece that overlaps none of `avoid`, which is now taken; undefined when there is none. */
  allocateNext(avoid: readonly Cidr[] = []): Cidr | undefined {
    const found = this.#find(this.#next, avoid) ?? this.#find(0, avoid);
    if (found === undefined) return undefined;
    this.#taken.add(found);
    this.#next = found + 1;
    return this.cidr.subnet(this.maskSize, found);
  }

  /** Takes this piece; false when it is taken. The CIDR must be one of the pieces. */
  occupy(piece: Cidr): boolean {
    return this.#taken.add(toIndex(this.cidr.subnetIndex(piece)));
  }

  release(piece: Cidr): void {
    this.#taken.delete(toIndex(this.cidr.subnetIndex(piece)));
  }

  /**
   * The next free piece, which stays free, and how many taken ones lay before it; the search goes on behind it.
   * undefined when there is none.
   */
  nextCandidate(): { readonly piece: Cidr; readonly passed: number } | undefined {
    const from = this.#next;
    const found = this.#find(from, []) ?? this.#find(0, []);
    if (found === undefined) return undefined;
    this.#next = found + 1;
    const passed = found >= from ? found - from : Number(this.size) - from + found;
    return { piece: this.cidr.subnet(this.maskSize, found), passed };
  }

  /** True when a piece that is taken overlaps this CIDR, whatever its size. */
  hasTakenIn(other: Cidr): boolean {
    if (this.used === 0) return false;
    for (const index of this.#overlapping(other)) if (this.#taken.has(toIndex(index))) return true;
    return false;
  }

  /** Takes all pieces that overlap another CIDR of whatever size; those that are taken stay so. */
  occupyOverlapping(other: Cidr): void {
    for (const index of this.#overlapping(other)) this.#taken.add(toIndex(index));
  }

  /** Frees all pieces that overlap another CIDR of whatever size. */
  releaseOverlapping(other: Cidr): void {
    for (const index of this.#overlapping(other)) this.#taken.delete(toIndex(index));
  }

  *#overlapping(other: Cidr): Generator<bigint> {
    if (!this.cidr.overlaps(other)) return;
    const shared = this.cidr.contains(other) ? other : this.cidr;
    const last = this.#indexOf(shared.last);
    for (let index = this.#indexOf(shared.network); index <= last; index++) yield index;
  }

  #indexOf(address: Ip): bigint {
    return this.cidr.subnetIndex(Cidr.around(address, this.maskSize));
  }

  #find(from: number, avoid: readonly Cidr[]): number | undefined {
    let found = this.#taken.nextFree(from);
    while (found !== undefined) {
      const piece = this.cidr.subnet(this.maskSize, found);
      const blocker = avoid.find((other) => other.overlaps(piece));
      if (blocker === undefined) return found;
      found = this.#taken.nextFree(this.#behind(blocker));
    }
    return undefined;
  }

  /** Number of the first piece behind the end of a CIDR that overlaps this one. */
  #behind(other: Cidr): number {
    const shift = BigInt(familyBits(this.cidr.family) - this.maskSize);
    return Number(((other.last.value - this.cidr.network.value) >> shift) + 1n);
  }
}
