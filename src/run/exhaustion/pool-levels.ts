import type { IpamSample } from '../../measure/index.ts';
import type { IpamView } from '../../substrate/index.ts';

/** Addresses of one pool. */
export interface Levels {
  readonly capacity: number;
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

/** How full each pool has been, and what part of the free space served somebody before others starved. */
export class PoolLevels {
  readonly #pools = new Map<string, Levels>();

  look({ pools }: IpamSample): void {
    for (const [pool, families] of Map.groupBy(pools, (each) => each.pool)) {
      // Of two families, the one that is the scarcer: a pod needs one of each.
      const { capacity, reserved, used } = families.toSorted((a, b) => a.capacity - b.capacity)[0]!;
      const before = this.of(pool);
      this.#pools.set(pool, {
        ...before,
        capacity,
        used,
        low: Math.min(before.low, used),
        peakReserved: Math.max(before.peakReserved, reserved),
        peakUsed: Math.max(before.peakUsed, used),
      });
    }
  }

  /** Something comes back: what is free is counted anew. */
  released(): void {
    for (const [pool, levels] of this.#pools) this.#pools.set(pool, { ...levels, low: levels.used });
  }

  /** One who asked is given up: what is free now was of no use to it. */
  starved(pool: string): void {
    const levels = this.#pools.get(pool);
    if (levels === undefined || levels.capacity <= levels.low) return;
    const usableShareOfFree = (levels.used - levels.low) / (levels.capacity - levels.low);
    this.#pools.set(pool, { ...levels, usableShareOfFree });
  }

  of(pool: string): Levels {
    return this.#pools.get(pool) ?? NOTHING;
  }
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
