import { type Cidr, usableSize } from '../../ip/index.ts';
import type { ClusterFill } from './cluster.ts';

interface SetFill {
  readonly pool: string;
  readonly cidr: Cidr;
  readonly maskSize: number;
  readonly capacity: bigint;
  readonly used: number;
}

/** Fill by pool and family, as an IpamSample has it. */
export function fillOf(sets: readonly SetFill[]): ClusterFill[] {
  const fills = new Map<string, ClusterFill>();
  for (const { pool, cidr, maskSize, capacity, used } of sets) {
    const key = `${pool} ${cidr.family}`;
    const before = fills.get(key)?.nodeCidrs ?? { total: 0, used: 0 };
    const nodeCidrs = { total: before.total + Number(capacity), used: before.used + used };
    const perNode = Math.min(Number(usableSize(cidr.subnet(maskSize, 0))), Number.MAX_SAFE_INTEGER);
    fills.set(key, { pool, family: cidr.family, nodeCidrs, perNode });
  }
  return [...fills.values()];
}
