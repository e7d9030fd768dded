import type { Cidr } from '../../ip/index.ts';
import type { ClusterPoolSpec } from '../cluster-pool/cluster-pool-config.ts';
import { FamilyPool } from '../cluster-pool/family-pool.ts';
import type { NodeCidrFill } from '../node-allocator.ts';
import { type BucketSpec, TokenBucket } from './token-bucket.ts';

export interface CloudProviderSpec {
  /** The provider's own network, of which nodes get pieces: one of each family. */
  readonly network: ClusterPoolSpec;
  /** Limit on allocate() and release() together; none if left out. */
  readonly rate?: BucketSpec | undefined;
  /** Nodes that may have CIDRs at a time; no limit if left out. */
  readonly quota?: number | undefined;
  /** How long a request takes that is let through, in ms. */
  readonly latencyMs?: number | undefined;
}

/** Refused at once; to be tried again not before so many ms. */
export interface RateLimited {
  readonly rateLimited: number;
}

/** What the provider says to a request for a node's CIDRs. */
export type CloudAllocation =
  | { readonly cidrs: readonly Cidr[] }
  | RateLimited
  /** The account's limit, in words: releasing another node helps, or whoever may raise it. */
  | { readonly quota: string }
  /** The network has no piece left, in words. */
  | { readonly exhausted: string };

export type CloudRelease = { readonly released: boolean } | RateLimited;

/**
 * A cloud that gives nodes their CIDRs, without its clock and its wire: decides at once and remembers; whoever serves
 * it sends the answer after `latencyMs`, or at once when it is `rateLimited`. Asked again for the same node it gives
 * the same CIDRs.
 */
export class CloudProvider {
  readonly latencyMs: number;
  readonly #families: readonly FamilyPool[];
  readonly #quota: number;
  readonly #bucket: TokenBucket | undefined;
  readonly #now: () => number;
  readonly #held = new Map<string, readonly Cidr[]>();

  /** @param now ms since any fixed instant, which never runs backwards */
  constructor(spec: CloudProviderSpec, now: () => number) {
    this.latencyMs = spec.latencyMs ?? 0;
    this.#families = spec.network.families.map((family) => new FamilyPool(family));
    this.#quota = spec.quota ?? Infinity;
    this.#bucket = spec.rate && new TokenBucket(spec.rate, now());
    this.#now = now;
  }

  /** One CIDR of each family, or none at all. */
  allocate(node: string): CloudAllocation {
    const wait = this.#admit();
    if (wait > 0) return { rateLimited: wait };
    const held = this.#held.get(node);
    if (held !== undefined) return { cidrs: held };
    if (this.#held.size >= this.#quota) {
      return { quota: `quota NODE_CIDRS exceeded: limit ${this.#quota}, in use ${this.#held.size}` };
    }
    const cidrs: Cidr[] = [];
    for (const family of this.#families) {
      const cidr = family.allocateNext([]);
      if (cidr === undefined) {
        this.#free(cidrs);
        return { exhausted: `no ${family.family} /${family.maskSize} left in ${family.cidrs.join(', ')}` };
      }
      cidrs.push(cidr);
    }
    this.#held.set(node, cidrs);
    return { cidrs };
  }

  /** Takes the node's CIDRs back; `released` is false when it has none. */
  release(node: string): CloudRelease {
    const wait = this.#admit();
    if (wait > 0) return { rateLimited: wait };
    this.#free(this.#held.get(node) ?? []);
    return { released: this.#held.delete(node) };
  }

  /** Who has what, in the order of allocation. */
  list(): readonly { readonly node: string; readonly cidrs: readonly Cidr[] }[] {
    return Array.from(this.#held, ([node, cidrs]) => ({ node, cidrs }));
  }

  fill(): readonly NodeCidrFill[] {
    return this.#families
      .flatMap((family) => family.stats())
      .map(({ cidr, size, used }) => ({ pool: 'default', cidr, capacity: size, used }));
  }

  #admit(): number {
    return this.#bucket?.take(this.#now()) ?? 0;
  }

  #free(cidrs: readonly Cidr[]): void {
    for (const cidr of cidrs) this.#families.find(({ family }) => family === cidr.family)?.release(cidr);
  }
}
