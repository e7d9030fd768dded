import type { Cidr, Family } from '../../ip/index.ts';
import type { ClusterPoolSpec } from '../cluster-pool/cluster-pool-config.ts';
import { type CidrSetStats, FamilyPool } from '../cluster-pool/family-pool.ts';
import { IpamError } from '../ipam-error.ts';

const WORD: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** One pool: its CIDRs of both families, cut into pieces of one size each. */
export class IpPool {
  readonly name: string;
  readonly #families = new Map<Family, FamilyPool>();

  constructor(name: string) {
    this.name = name;
  }

  /** Its CIDRs, in the order in which they came. */
  get cidrs(): readonly Cidr[] {
    return this.stats().map(({ cidr }) => cidr);
  }

  family(family: Family): FamilyPool | undefined {
    return this.#families.get(family);
  }

  /**
   * Whether the pool may become what is asked for.
   * @throws IpamError `cidr-mask`
   */
  check({ families }: ClusterPoolSpec): void {
    for (const { family, maskSize } of families) {
      const present = this.#families.get(family);
      if (present === undefined || present.maskSize === maskSize) continue;
      const message = `cannot change ${WORD[family]} mask size in existing pool "${this.name}"`;
      throw new IpamError('cidr-mask', `${message} (${present.maskSize} to ${maskSize})`);
    }
  }

  /** Takes the CIDRs of the specification, which check() let pass; those it has stay as they are. */
  become({ families }: ClusterPoolSpec): void {
    for (const [family, present] of this.#families) {
      const wanted = families.find((each) => each.family === family)?.cidrs;
      if (wanted === undefined) this.#families.delete(family);
      for (const { cidr } of present.stats())
        if (!wanted?.some((each) => each.equals(cidr))) present.shrink(cidr);
    }
    for (const { family, maskSize, cidrs } of families) {
      const present = this.#families.get(family) ?? new FamilyPool({ family, maskSize, cidrs: [] });
      this.#families.set(family, present);
      const known = this.cidrs;
      for (const cidr of cidrs) if (!known.some((each) => each.equals(cidr))) present.grow(cidr);
    }
  }

  stats(): CidrSetStats[] {
    return [...this.#families.values()].flatMap((family) => family.stats());
  }
}
