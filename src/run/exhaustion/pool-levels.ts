import type { IpamSample } from '../../measure/index.ts';
import type { IpamView } from '../../substrate/index.ts';

interface Levels {
  peakReserved: number;
  peakUsed: number;
  usableShareOfFree: number | null;
}

/** How full each pool has been, and how much of what was free could be used by those who waited. */
export class PoolLevels {
  readonly #pools = new Map<string, Levels>();

  look({ pools }: IpamSample, somebodyWaits: boolean): void {
    for (const [pool, families] of Map.groupBy(pools, (each) => each.pool)) {
      // Of two families, the one that is the scarcer: a pod needs one of each.
      const { capacity, reserved, used, cooling } = families.toSorted((a, b) => a.capacity - b.capacity)[0]!;
      const before = this.#pools.get(pool);
      const free = capacity - used - cooling;
      const share = somebodyWaits && free > 0 ? Math.max(0, capacity - reserved) / free : null;
      this.#pools.set(pool, {
        peakReserved: Math.max(before?.peakReserved ?? 0, reserved),
        peakUsed: Math.max(before?.peakUsed ?? 0, used),
        usableShareOfFree: least(before?.usableShareOfFree ?? null, share),
      });
    }
  }

  of(pool: string): Readonly<Levels> {
    return this.#pools.get(pool) ?? { peakReserved: 0, peakUsed: 0, usableShareOfFree: null };
  }
}

function least(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
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
