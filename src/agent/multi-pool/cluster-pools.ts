import { Cidr } from '../../ip/index.ts';
import { DEFAULT_POOL } from '../../ipam/index.ts';
import type { Informer, IpPool } from '../../kube/index.ts';

/** What the IPPools say that matters to every node. */
export class ClusterPools {
  readonly #objects: Informer<IpPool>;
  /** By text. A CIDR that is taken out of a pool may have pods for long after. */
  readonly #cidrs = new Map<string, Cidr>();

  /**
   * @param objects all IPPools; started by the caller
   * @param configured CIDRs of pods that are known before
   */
  constructor(objects: Informer<IpPool>, configured: readonly Cidr[]) {
    this.#objects = objects;
    for (const cidr of configured) this.#cidrs.set(cidr.toString(), cidr);
  }

  /** CIDRs that pods have, or may have. */
  get cidrs(): readonly Cidr[] {
    return [...this.#cidrs.values()];
  }

  /** Pools of which a node keeps addresses in hand although no pod of it uses any. */
  get warm(): ReadonlySet<string> {
    return new Set(this.#objects.get(DEFAULT_POOL) ? [DEFAULT_POOL] : []);
  }

  /** Calls back after each change; one registered after the start is told of each present object at once. */
  onChange(handler: () => void): void {
    this.#objects.onChange(({ spec }) => {
      for (const text of [...(spec.ipv4?.cidrs ?? []), ...(spec.ipv6?.cidrs ?? [])]) this.#add(text);
      handler();
    });
  }

  #add(text: string): void {
    try {
      const { cidr } = Cidr.parse(text);
      this.#cidrs.set(cidr.toString(), cidr);
    } catch {
      // The operator refuses the pool, and says so in it.
    }
  }
}
