import { Cidr } from '../../ip/index.ts';
import { IpamError, type MultiPoolSource, type PoolCidr, type PoolCidrs } from '../../ipam/index.ts';
import { Newest, type NodeNetwork } from '../../kube/index.ts';
import { withWishes } from './pool-spec.ts';

export interface PoolBookOptions {
  readonly node: string;
  readonly source: MultiPoolSource;
  /** Pools of which addresses are kept in hand although no pod uses any. */
  readonly warm: () => ReadonlySet<string>;
}

/**
 * What a node's object and its addresses have to do with each other: which CIDRs are to be added, which are given back,
 * and what the object should say. Decides, and leaves it to others to write.
 */
export class PoolBook {
  readonly #node: string;
  readonly #source: MultiPoolSource;
  readonly #warm: () => ReadonlySet<string>;
  readonly #newest = new Newest<NodeNetwork>();
  /** CIDRs that are not used any more and stand in the object still, by text. */
  readonly #returned = new Set<string>();

  constructor({ node, source, warm }: PoolBookOptions) {
    this.#node = node;
    this.#source = source;
    this.#warm = warm;
  }

  /** The node's object, when it was seen. */
  get network(): NodeNetwork | undefined {
    return this.#newest.get(this.#node);
  }

  /** Takes in a state of the node's object; false when a newer one is known. */
  offer(network: NodeNetwork): boolean {
    if (!this.#newest.offer(network)) return false;
    if (network.metadata.name !== this.#node) return true;
    // With each state, own writes included: the operator may give a CIDR again at once, and then it is a new one.
    const listed = new Set(network.spec?.pools?.allocated?.flatMap(({ cidrs }) => cidrs));
    for (const text of this.#returned) if (!listed.has(text)) this.#returned.delete(text);
    return true;
  }

  /** CIDRs that the object has and the node does not use yet: to be given to the source. */
  fresh(): PoolCidrs[] {
    const { spec, status } = this.network ?? {};
    const listed = spec?.pools?.allocated ?? [];
    // Which of them are another node's stands in words only.
    if (status?.operator?.reason === 'NodeCIDRConflict') return [];
    return listed.flatMap(({ pool, cidrs }) => {
      const known = new Set(this.#source.cidrsOf(pool).map(String));
      const fresh = cidrs.filter((text) => !known.has(text) && !this.#returned.has(text));
      return fresh.length > 0 ? [{ pool, cidrs: fresh.map((text) => Cidr.parseExact(text)) }] : [];
    });
  }

  /** Stops using what is of no use any more; the object is to be written afterwards. */
  giveBack(): void {
    for (const { pool, cidr } of this.#source.demand.surplus(this.#warm())) {
      try {
        this.#source.shrink(cidr, pool);
        this.#returned.add(cidr.toString());
      } catch (error) {
        // Somebody has just got an address of it.
        if (!(error instanceof IpamError) || error.code !== 'cidr-in-use') throw error;
      }
    }
  }

  /** The object as it should be; undefined when it is, or is not known. To be written in the version that it is based on. */
  wanted(): NodeNetwork | undefined {
    const { network } = this;
    if (network === undefined) return undefined;
    const cidrs: PoolCidr[] = this.#source.cidrStats().map(({ pool, cidr }) => ({ pool: pool!, cidr }));
    const needs = this.#source.demand.needs(this.#warm());
    const spec = withWishes(network.spec ?? {}, { needs, cidrs, returned: this.#returned });
    return spec && { ...network, spec };
  }
}
