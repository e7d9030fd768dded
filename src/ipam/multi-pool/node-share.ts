import { type Cidr, type Family, usableSize } from '../../ip/index.ts';
import type { IpamError } from '../ipam-error.ts';
import type { PoolNeed } from './needs.ts';
import type { Piece } from './pieces.ts';

/** A CIDR in a node's object that is another node's. */
interface Conflict {
  readonly pool: string;
  readonly cidr: Cidr;
  readonly error: IpamError;
}

/** All that is known of a node. */
export class NodeShare {
  readonly node: string;
  /** In the order in which they were handed out. */
  readonly pieces = new Set<Piece>();
  conflicts: Conflict[] = [];
  #needed: { readonly pool: string; readonly family: Family; readonly count: number }[] = [];

  constructor(node: string) {
    this.node = node;
  }

  /** What the node asks for, from now on. */
  request(needs: readonly PoolNeed[]): void {
    const families = ['ipv4', 'ipv6'] as const;
    this.#needed = needs.flatMap(({ pool, needed }) =>
      families.map((family) => ({ pool, family, count: needed[family] ?? 0 })),
    );
  }

  /** The pools and families of which the node lacks addresses. */
  lacking(): { readonly pool: string; readonly family: Family }[] {
    return this.#needed.filter(({ pool, family }) => this.lacks(pool, family));
  }

  lacks(pool: string, family: Family): boolean {
    let left = this.#needed.find((each) => each.pool === pool && each.family === family)?.count ?? 0;
    for (const { pool: of, cidr } of this.pieces) {
      if (left <= 0) break;
      if (of === pool && cidr.family === family) left -= Number(usableSize(cidr));
    }
    return left > 0;
  }
}
