import { DEFAULT_POOL } from '../../ipam/index.ts';
import type { IpamSample } from '../../measure/index.ts';
import type { IpamView } from '../../substrate/index.ts';

/** Addresses of one pool. */
export interface Levels {
  readonly capacity: number;
  /** Had by pods of the run. */
  readonly used: number;
  /** Least used since the last release: what was free then is what could be had. */
  readonly low: number;
  readonly peakReserved: number;
  readonly peakUsed: number;
  readonly usableShareOfFree: number | null;
}

const NOTHING: Levels = {
  capacity: 0,
  used: 0,
  low: 0,
  peakReserved: 0,
  peakUsed: 0,
  usableShareOfFree: null,
};

/**
 * How full each pool has been, and what part of the free space served somebody before others starved. What is used
 * is counted here, pod by pod: nodes report it with a delay.
 */
export class PoolLevels {
  readonly #pools = new Map<string, Levels>();
  readonly #byName: boolean;

  /** @param byName whether pods ask for pools by name; otherwise all together are the default one */
  constructor(byName: boolean) {
    this.#byName = byName;
  }

  look({ pools }: IpamSample): void {
    for (const [pool, parts] of Map.groupBy(pools, ({ pool }) => (this.#byName ? pool : DEFAULT_POOL))) {
      const families = [...Map.groupBy(parts, ({ family }) => family).values()].map(sumOf);
      // Of two families, the one that is the scarcer: a pod needs one of each.
      const { capacity, reserved } = families.toSorted((a, b) => a.capacity - b.capacity)[0]!;
      const before = this.of(pool);
      this.#set(pool, { capacity, peakReserved: Math.max(before.peakReserved, reserved) });
    }
  }

  /** A pod has got an address of the pool (1), or given it back (-1). */
  count(pool: string, by: 1 | -1): void {
    const before = this.of(pool);
    const used = before.used + by;
    this.#set(pool, {
      used,
      low: Math.min(before.low, used),
      // The two sides of a hand-over are told of in either order: both at once are more than there are.
      peakUsed: Math.max(before.peakUsed, Math.min(used, before.capacity || used)),
    });
  }

  /** Something comes back: what is free is counted anew. */
  released(): void {
    for (const [pool, { used }] of this.#pools) this.#set(pool, { low: used });
  }

  /** One who asked is given up: what is free now was of no use to it. */
  starved(pool: string): void {
    const { capacity, used, low } = this.of(pool);
    if (capacity > low) this.#set(pool, { usableShareOfFree: (used - low) / (capacity - low) });
  }

  of(pool: string): Levels {
    return this.#pools.get(pool) ?? NOTHING;
  }

  #set(pool: string, changed: Partial<Levels>): void {
    this.#pools.set(pool, { ...this.of(pool), ...changed });
  }
}

function sumOf(parts: IpamSample['pools']): { readonly capacity: number; readonly reserved: number } {
  return {
    capacity: parts.reduce((sum, { capacity }) => sum + capacity, 0),
    reserved: parts.reduce((sum, { reserved }) => sum + reserved, 0),
  };
}

/** A view of the pools as an event of the run keeps it: summed over the CIDRs of a pool and family. */
export function sampleOf({ pools, waiting }: IpamView, waitingPods: number): IpamSample {
  const groups = Map.groupBy(pools, ({ pool, family }) => `${pool} ${family}`).values();
  return {
    pools: [...groups].map((cidrs) => {
      const sum = (of: (cidr: (typeof cidrs)[number]) => number) =>
        cidrs.reduce((n, cidr) => n + of(cidr), 0);
      return {
        pool: cidrs[0]!.pool,
        family: cidrs[0]!.family,
        capacity: sum(({ addresses }) => addresses.capacity),
        reserved: sum(({ addresses }) => addresses.reserved),
        used: sum(({ addresses }) => addresses.used),
        cooling: sum(({ addresses }) => addresses.cooling),
        nodeCidrs: { total: sum(({ pieces }) => pieces.total), used: sum(({ pieces }) => pieces.used) },
      };
    }),
    waitingNodes: new Set(waiting.map(({ node }) => node)).size,
    waitingPods,
  };
}
