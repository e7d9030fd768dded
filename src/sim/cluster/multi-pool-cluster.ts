import type { Cidr } from '../../ip/index.ts';
import {
  MultiPool,
  type NodeRequest,
  type PoolCidrs,
  type PoolNeed,
  readClusterPoolConfig,
} from '../../ipam/index.ts';
import { type Change, type LabSpec, type PoolSpec, poolsByFamily } from '../../scenario/index.ts';
import type { PoolMessage } from '../node/node-pools.ts';
import type { Cluster, ClusterFill, ClusterObserver } from './cluster.ts';
import { fillOf } from './fill.ts';

/** What a node's object says. */
interface NodeObject {
  requested: readonly PoolNeed[];
  readonly allocated: Map<string, Cidr[]>;
}

/** Who is told what the operator adds to a node's object. */
export type OnAdded = (node: string, added: readonly PoolCidrs[]) => void;

/** Mode `multi-pool`: the operator's side, with the nodes' objects. What it writes is seen at once. */
export class MultiPoolCluster implements Cluster {
  readonly #observer: ClusterObserver;
  readonly #onAdded: OnAdded;
  readonly #pools = new Map<string, PoolSpec[]>();
  readonly #allocator = new MultiPool();
  readonly #objects = new Map<string, NodeObject>();
  /** What a hollow node asks for, as an agent does when it starts: none of it is ever used. */
  readonly #preAllocate: number;
  readonly #refused = new Map<string, string>();
  #settling = false;

  constructor({ ipam }: LabSpec, observer: ClusterObserver, onAdded: OnAdded) {
    this.#observer = observer;
    this.#onAdded = onAdded;
    this.#preAllocate = ipam.preAllocate;
    for (const [name, entries] of Map.groupBy(ipam.pools, ({ name }) => name)) this.#set(name, entries);
    this.#allocator.ready();
  }

  join({ name }: NodeRequest): void {
    const families = [...new Set(this.fill().map(({ family }) => family))];
    const needed = Object.fromEntries(families.map((family) => [family, this.#preAllocate]));
    this.tell(name, { requested: [{ pool: 'default', needed }], returned: [] });
  }

  leave(node: string): void {
    const object = this.#objects.get(node);
    if (object === undefined) return;
    for (const [pool, cidrs] of object.allocated)
      for (const cidr of cidrs) this.#observer.held(pool, cidr, -1);
    this.#objects.delete(node);
    this.#refused.delete(node);
    this.#allocator.release(node);
    this.#settle();
  }

  /** The node's object has changed. */
  tell(node: string, { requested, returned }: Omit<PoolMessage, 'at'>): void {
    const object = this.#objects.get(node) ?? { requested, allocated: new Map<string, Cidr[]>() };
    this.#objects.set(node, object);
    object.requested = requested;
    for (const { pool, cidr } of returned) {
      const left = object.allocated.get(pool)?.filter((each) => !each.equals(cidr)) ?? [];
      object.allocated.set(pool, left);
      this.#observer.held(pool, cidr, -1);
    }
    this.#allocator.update(node, objectOf(object));
    this.#settle();
  }

  /** Whether the node was refused something that it still asks for. */
  isWaiting(node: string): boolean {
    return this.#refused.has(node);
  }

  /** Somebody changes a pool. */
  change(change: Change): void {
    const entries = this.#pools.get(change.pool) ?? [];
    if (change.action === 'removePool') {
      this.#pools.delete(change.pool);
      this.#allocator.removePool(change.pool);
    } else if (change.action === 'addPool') {
      const { cidrs, nodeMask } = change;
      this.#set(change.pool, [...entries, { name: change.pool, cidrs, nodeMask }]);
    } else {
      const isSix = change.cidrs[0]!.includes(':');
      const grown = entries.map((entry) =>
        entry.cidrs[0]!.includes(':') === isSix
          ? { ...entry, cidrs: [...entry.cidrs, ...change.cidrs] }
          : entry,
      );
      this.#set(change.pool, grown);
    }
    this.#settle();
  }

  fill(): ClusterFill[] {
    return fillOf(this.#allocator.fill().map((fill) => ({ ...fill, capacity: fill.size })));
  }

  restart(): { nodes: number; ns: number } {
    const before = performance.now();
    const allocator = new MultiPool();
    for (const [name, entries] of this.#pools) allocator.setPool(name, configOf(entries));
    for (const [node, object] of this.#objects) allocator.occupy(node, objectOf(object).allocated);
    for (const [node, object] of this.#objects) allocator.update(node, objectOf(object));
    allocator.ready();
    return { nodes: this.#objects.size, ns: (performance.now() - before) * 1e6 };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #set(name: string, entries: PoolSpec[]): void {
    this.#pools.set(name, entries);
    this.#allocator.setPool(name, configOf(entries));
  }

  /** Writes what was decided into the nodes' objects, which may lead to more decisions. */
  #settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    for (let changed = this.#allocator.takeChanged(); changed.length > 0; ) {
      for (const node of changed) this.#write(node);
      changed = this.#allocator.takeChanged();
    }
    this.#settling = false;
  }

  #write(node: string): void {
    const object = this.#objects.get(node);
    if (object === undefined) return;
    const added = this.#allocator.unlistedOf(node);
    for (const { pool, cidrs } of added) {
      object.allocated.set(pool, [...(object.allocated.get(pool) ?? []), ...cidrs]);
      for (const cidr of cidrs) this.#observer.held(pool, cidr, 1);
    }
    if (added.length > 0) {
      this.#allocator.update(node, objectOf(object));
      this.#observer.served(
        node,
        added.flatMap(({ cidrs }) => cidrs),
      );
      this.#onAdded(node, added);
    }
    const message = this.#allocator
      .refusalsOf(node)
      .map((refusal) => refusal.message)
      .join('; ');
    if (message === '') this.#refused.delete(node);
    else if (this.#refused.get(node) !== message) {
      this.#refused.set(node, message);
      this.#observer.refused(node, 'node-cidr-full', message);
    }
  }
}

function objectOf({ requested, allocated }: NodeObject) {
  return { requested, allocated: Array.from(allocated, ([pool, cidrs]) => ({ pool, cidrs })) };
}

function configOf(entries: readonly PoolSpec[]) {
  return readClusterPoolConfig(poolsByFamily(entries));
}
