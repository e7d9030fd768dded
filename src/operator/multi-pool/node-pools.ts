import { Cidr } from '../../ip/index.ts';
import { IpamError, MultiPool, type PoolCidrs, readClusterPoolConfig } from '../../ipam/index.ts';
import type { IpPool, NodeNetwork, PoolCidrs as PoolTexts } from '../../kube/index.ts';
import type { NodeNetworkChange } from '../node-network/node-network-writer.ts';
import { byAge, byWaiting } from '../node-network/order.ts';

/** Who is to hear of decisions. */
export interface DecisionSinks {
  /** A node's object may have to be written. */
  readonly onNode: (node: string) => void;
  /** A pool's status may have to be written. */
  readonly onPool: (pool: string) => void;
}

/**
 * Turns what is seen of IPPool and NodeNetwork objects into decisions of the pools. Synchronous: nodes are served in
 * the order in which their objects are seen. Writing the decisions down is somebody else's work.
 */
export class NodePools {
  readonly pools = new MultiPool();
  readonly #sinks: DecisionSinks;
  /** The objects of pools, and why those that are refused are. */
  readonly #objects = new Map<string, IpPool>();
  readonly #refused = new Map<string, string>();
  /** CIDRs of objects that are not written as CIDRs are. */
  readonly #malformed = new Map<string, string>();

  constructor(sinks: DecisionSinks) {
    this.#sinks = sinks;
  }

  /**
   * Takes over what all objects say before anything is handed out; then serves those who have waited the longest
   * first. Of two objects that list one CIDR, and of two pools that overlap, the older one has it.
   */
  start(pools: Iterable<IpPool>, networks: Iterable<NodeNetwork>): void {
    for (const pool of [...pools].sort(byAge)) this.seePool(pool);
    const all = [...networks].sort(byAge);
    for (const object of all) this.pools.occupy(object.metadata.name!, this.#allocated(object));
    for (const object of all.sort(byWaiting)) this.see(object);
    this.pools.ready();
    this.#tell();
  }

  /** A pool is new or has changed. */
  seePool(object: IpPool): void {
    this.#objects.set(object.metadata.name!, object);
    this.#apply(object);
    this.#applyRefused();
    this.#tell();
  }

  /** A pool is gone: nodes keep what they have of it. */
  forgetPool(name: string): void {
    this.#objects.delete(name);
    this.#refused.delete(name);
    this.pools.removePool(name);
    this.#applyRefused();
    this.#tell();
  }

  /** Why a pool, or what was changed of it, is not in use; empty when it is. */
  errorOf(pool: string): string {
    return this.#refused.get(pool) ?? '';
  }

  /** A node's object is new or has changed. */
  see(object: NodeNetwork): void {
    const node = object.metadata.name!;
    const requested = object.spec?.pools?.requested ?? [];
    this.pools.update(node, { requested, allocated: this.#allocated(object) });
    this.#sinks.onNode(node);
    this.#tell();
  }

  /** A node's object is gone: what it had is free. */
  forget(node: string): void {
    this.#malformed.delete(node);
    this.pools.release(node);
    this.#tell();
  }

  /** What the node's object should say, when it was seen. */
  changeOf(node: string): NodeNetworkChange {
    const amend = (spec: NodeNetwork['spec']) => withAllocated(spec, this.pools.unlistedOf(node));
    const malformed = this.#malformed.get(node);
    const conflicts = this.pools.conflictsOf(node).map(({ message }) => message);
    const refusals = this.pools.refusalsOf(node);
    if (malformed !== undefined || conflicts.length > 0) {
      const error = [...(malformed === undefined ? [] : [malformed]), ...conflicts].join('; ');
      return { amend, error, reason: 'NodeCIDRConflict' };
    }
    if (refusals.length === 0) return { amend, error: '', reason: '' };
    const full = refusals.some(({ code }) => code === 'node-cidr-full');
    const error = refusals.map(({ message }) => message).join('; ');
    return { amend, error, reason: full ? 'PoolFull' : 'PoolNotFound' };
  }

  #apply({ metadata, spec }: IpPool): void {
    const name = metadata.name!;
    try {
      this.pools.setPool(name, readClusterPoolConfig(spec));
      this.#refused.delete(name);
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      this.#refused.set(name, error.message);
    }
    this.#sinks.onPool(name);
  }

  /** What one pool gives up may be what another one wants. */
  #applyRefused(): void {
    for (const name of [...this.#refused.keys()]) this.#apply(this.#objects.get(name)!);
  }

  #allocated(object: NodeNetwork): PoolCidrs[] {
    const problems: string[] = [];
    const pools = (object.spec?.pools?.allocated ?? []).map(({ pool, cidrs }) => ({
      pool,
      cidrs: cidrs.flatMap((text) => {
        try {
          return [Cidr.parseExact(text)];
        } catch (error) {
          problems.push((error as Error).message);
          return [];
        }
      }),
    }));
    if (problems.length > 0) this.#malformed.set(object.metadata.name!, problems.join('; '));
    else this.#malformed.delete(object.metadata.name!);
    return pools;
  }

  #tell(): void {
    for (const node of this.pools.takeChanged()) this.#sinks.onNode(node);
  }
}

/** The specification with these CIDRs added; undefined when it has them. Nothing is ever taken away. */
export function withAllocated(
  spec: NodeNetwork['spec'],
  added: readonly PoolCidrs[],
): NodeNetwork['spec'] | undefined {
  const present = spec.pools?.allocated ?? [];
  const known = new Set(present.flatMap(({ cidrs }) => cidrs));
  const fresh = added
    .map(({ pool, cidrs }) => ({ pool, cidrs: cidrs.map(String).filter((text) => !known.has(text)) }))
    .filter(({ cidrs }) => cidrs.length > 0);
  if (fresh.length === 0) return undefined;
  const merged = new Map<string, readonly string[]>(present.map(({ pool, cidrs }) => [pool, cidrs]));
  for (const { pool, cidrs } of fresh) merged.set(pool, [...(merged.get(pool) ?? []), ...cidrs]);
  const allocated: PoolTexts[] = Array.from(merged, ([pool, cidrs]) => ({ pool, cidrs }));
  return { ...spec, pools: { ...spec.pools, allocated } };
}
