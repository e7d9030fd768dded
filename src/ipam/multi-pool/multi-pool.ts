import type { Cidr, Family } from '../../ip/index.ts';
import type { ClusterPoolSpec } from '../cluster-pool/cluster-pool-config.ts';
import type { CidrSetStats } from '../cluster-pool/family-pool.ts';
import { IpamError } from '../ipam-error.ts';
import { IpPool } from './ip-pool.ts';
import type { NodePools, PoolCidrs } from './needs.ts';
import { NodeShare } from './node-share.ts';
import { type Piece, Pieces } from './pieces.ts';
import { WaitingLists, type WaitingNode } from './waiting-lists.ts';

/** Fill of one CIDR of a pool. */
export interface PoolCidrFill extends CidrSetStats {
  readonly pool: string;
}

/**
 * Gives nodes CIDRs out of several pools, as many as they ask for (Cilium's multi-pool). A node's object says what
 * it has: this class adds to it, and takes a CIDR back when the object does not list it any more. Who finds a pool
 * empty waits, and what becomes free goes to the one that has waited the longest: nobody overtakes. Pools come,
 * grow, shrink and go while they are in use; what a node has of a pool stays its own until it gives it back.
 *
 * Pure; the caller makes decisions known. After a restart it calls occupy() for all nodes, then update(), and ready()
 * before anything is handed out.
 */
export class MultiPool {
  readonly #pools = new Map<string, IpPool>();
  readonly #pieces = new Pieces(this.#pools);
  readonly #nodes = new Map<string, NodeShare>();
  /** Nodes whose objects list what others have. */
  readonly #conflicted = new Set<NodeShare>();
  readonly #waiting = new WaitingLists();
  readonly #changed = new Set<string>();
  #ready = false;

  /**
   * Adds a pool, or changes one.
   * @throws IpamError `cidr-mask` for another mask than it has, `cidr-collision` with another pool; all is as it was.
   */
  setPool(name: string, spec: ClusterPoolSpec): void {
    const pool = this.#pools.get(name) ?? new IpPool(name);
    pool.check(spec);
    for (const other of this.#pools.values()) if (other !== pool) refuseOverlap(spec, other);
    this.#pools.set(name, pool);
    pool.become(spec);
    this.#poolChanged(name);
  }

  /** A pool is gone. Nothing of it is handed out any more. */
  removePool(name: string): void {
    if (this.#pools.delete(name)) this.#poolChanged(name);
  }

  /**
   * Takes over what the node's object lists. What is another node's is kept as a conflict, and from all others, as
   * long as it is listed.
   */
  occupy(node: string, allocated: readonly PoolCidrs[]): void {
    const share = this.#share(node);
    this.#forgetConflicts(share);
    for (const { pool, cidrs } of allocated) for (const cidr of cidrs) this.#occupy(share, pool, cidr);
    this.#changed.add(node);
  }

  /** The node's object is new or has changed: takes over what it lists, frees what it lists no more, serves it. */
  update(node: string, { requested, allocated }: NodePools): void {
    this.occupy(node, allocated);
    const share = this.#share(node);
    const listed = new Set(allocated.flatMap(({ cidrs }) => cidrs.map(String)));
    for (const piece of share.pieces) {
      if (!piece.listed || listed.has(piece.cidr.toString())) continue;
      share.pieces.delete(piece);
      this.#pieces.drop(piece);
    }
    share.request(requested);
    for (const wait of this.#waiting.of(node)) {
      if (!share.lacks(wait.pool, wait.family)) this.#waiting.delete(wait);
    }
    for (const lack of share.lacking()) this.#waiting.add({ node, ...lack });
    this.#settle();
  }

  /** All nodes are known: from now on they are served, in the order of their first update(). */
  ready(): void {
    this.#ready = true;
    this.#settle();
  }

  /** A node is gone, and all that it had is free. */
  release(node: string): void {
    const share = this.#nodes.get(node);
    if (share === undefined) return;
    this.#nodes.delete(node);
    this.#forgetConflicts(share);
    for (const wait of this.#waiting.of(node)) this.#waiting.delete(wait);
    for (const piece of share.pieces) this.#pieces.drop(piece);
    this.#changed.delete(node);
    this.#settle();
  }

  /** Nodes about which something may have been decided since the last call. */
  takeChanged(): string[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** What the node has, by pool, in the order in which it was handed out. */
  allocatedTo(node: string): PoolCidrs[] {
    return byPool(this.#nodes.get(node)?.pieces ?? []);
  }

  /** What of it the node's object did not list when it was last seen: to be added there. */
  unlistedOf(node: string): PoolCidrs[] {
    return byPool([...(this.#nodes.get(node)?.pieces ?? [])].filter(({ listed }) => !listed));
  }

  /** One for each CIDR that the node's object lists and another node has. */
  conflictsOf(node: string): readonly IpamError[] {
    return this.#nodes.get(node)?.conflicts.map(({ error }) => error) ?? [];
  }

  /** What the node was refused, one a pool and family: `node-cidr-full`, or `no-allocator` without such a pool. */
  refusalsOf(node: string): IpamError[] {
    return this.#waiting.of(node).map((wait) => this.#refusal(wait));
  }

  /** All who wait; of one pool and family, the one that has waited the longest first. */
  get waiting(): readonly WaitingNode[] {
    return [...this.#waiting];
  }

  /** Fill of each CIDR of each pool. What nodes have of CIDRs that were taken away is not counted. */
  fill(): PoolCidrFill[] {
    return [...this.#pools.values()].flatMap((pool) =>
      pool.stats().map((set) => ({ ...set, pool: pool.name })),
    );
  }

  #refusal({ node, pool, family }: WaitingNode): IpamError {
    const what = `failed to allocate ${family} address for node "${node}" from pool "${pool}"`;
    const found = this.#pools.get(pool);
    if (found === undefined) {
      return new IpamError('no-allocator', `${what}: cannot allocate from non-existing pool: ${pool}`);
    }
    if (found.family(family) === undefined) {
      return new IpamError('no-allocator', `${what}: the pool has no ${family} CIDRs`);
    }
    return new IpamError('node-cidr-full', `${what}: pool is full`);
  }

  #occupy(share: NodeShare, pool: string, cidr: Cidr): void {
    const piece = { node: share.node, pool, cidr, listed: true, placed: false };
    const other = this.#pieces.claim(piece);
    if (other === undefined) share.pieces.add(piece);
    else if (other.node === share.node && other.cidr.equals(cidr)) other.listed = true;
    else {
      const by = other.cidr.equals(cidr) ? '' : ` as ${other.cidr}`;
      const message = `requested CIDR (${cidr}) is already allocated${by} to node ${other.node}`;
      share.conflicts.push({ pool, cidr, error: new IpamError('cidr-taken', message) });
      this.#conflicted.add(share);
    }
  }

  #poolChanged(name: string): void {
    this.#pieces.refit(name);
    for (const { node, pool } of this.#waiting) if (pool === name) this.#changed.add(node);
    this.#settle();
  }

  /** Ends conflicts that have no cause any more, then serves those who wait. */
  #settle(): void {
    for (const share of [...this.#conflicted]) {
      const { conflicts } = share;
      this.#forgetConflicts(share);
      for (const { pool, cidr } of conflicts) this.#occupy(share, pool, cidr);
      if (share.conflicts.length < conflicts.length) this.#changed.add(share.node);
    }
    if (!this.#ready) return;
    for (const { pool, family, nodes } of this.#waiting.lists()) {
      for (const node of nodes) {
        if (!this.#serve(node, pool, family)) break;
        this.#waiting.delete({ node, pool, family });
      }
    }
  }

  /** False when the pool has not all that the node wants. */
  #serve(node: string, pool: string, family: Family): boolean {
    const share = this.#share(node);
    const source = this.#pools.get(pool)?.family(family);
    while (share.lacks(pool, family)) {
      const cidr = source?.allocateNext(this.#avoid());
      if (cidr === undefined) return false;
      const piece = { node, pool, cidr, listed: false, placed: true };
      this.#pieces.add(piece);
      share.pieces.add(piece);
      this.#changed.add(node);
    }
    return true;
  }

  /** What stands in objects without being a pool's: it may lie in the CIDRs of another one. */
  #avoid(): Cidr[] {
    const conflicts = [...this.#conflicted].flatMap((share) => share.conflicts);
    return [...this.#pieces.loose, ...conflicts].map(({ cidr }) => cidr);
  }

  #forgetConflicts(share: NodeShare): void {
    share.conflicts = [];
    this.#conflicted.delete(share);
  }

  #share(node: string): NodeShare {
    const known = this.#nodes.get(node);
    if (known) return known;
    const share = new NodeShare(node);
    this.#nodes.set(node, share);
    return share;
  }
}

function byPool(pieces: Iterable<Piece>): PoolCidrs[] {
  const groups = Map.groupBy(pieces, ({ pool }) => pool);
  return Array.from(groups, ([pool, each]) => ({ pool, cidrs: each.map(({ cidr }) => cidr) }));
}

function refuseOverlap(spec: ClusterPoolSpec, other: IpPool): void {
  for (const cidr of spec.families.flatMap(({ cidrs }) => cidrs)) {
    const taken = other.cidrs.find((each) => each.overlaps(cidr));
    if (taken === undefined) continue;
    throw new IpamError(
      'cidr-collision',
      `requested CIDR ${cidr} collides with ${taken} of pool ${other.name}`,
    );
  }
}
