import { Cidr } from '../../ip/index.ts';
import { type ClusterPool, IpamError, NODE_CIDR_FULL, type PoolChange } from '../../ipam/index.ts';
import type { NodeNetwork } from '../../kube/index.ts';
import { byAge, byWaiting } from '../node-network/order.ts';

/** What a node's object should say. */
export interface Decision {
  /** Empty while the node waits, or while its CIDRs conflict. */
  readonly cidrs: readonly string[];
  readonly error: string;
  readonly reason: '' | 'NodeCIDRFull' | 'NodeCIDRConflict';
}

/**
 * Turns what is seen of NodeNetwork objects into decisions of the pool. Synchronous: nodes are served in the
 * order in which their objects are seen. Writing the decisions down is somebody else's work.
 */
export class NodeCidrs {
  readonly #pool: ClusterPool;
  readonly #onDecision: (node: string) => void;
  /** CIDRs of objects that are not written as CIDRs are. */
  readonly #malformed = new Map<string, string>();

  /** @param onDecision is told of each node whose object may have to be written. */
  constructor(pool: ClusterPool, onDecision: (node: string) => void) {
    this.#pool = pool;
    this.#onDecision = onDecision;
  }

  /**
   * Takes over what all objects say before anything is handed out; then serves those without CIDRs, those that
   * have waited the longest first. Of two objects that list one CIDR the older one has it.
   */
  start(objects: Iterable<NodeNetwork>): void {
    const all = Array.from(objects).sort(byAge);
    for (const object of all) if (listed(object).length > 0) this.#occupy(object);
    for (const object of all.sort(byWaiting)) this.see(object);
  }

  /** An object is new or has changed. */
  see(object: NodeNetwork): void {
    const node = object.metadata.name!;
    const conflicted = this.#pool.conflictOf(node) !== undefined;
    this.#occupy(object);
    if (conflicted && this.#pool.conflictOf(node) === undefined) this.#apply(this.#pool.settle());
    if (!this.#malformed.has(node)) attempt(() => this.#pool.allocateNode(node));
    this.#onDecision(node);
  }

  /** An object is gone: its CIDRs are free. */
  forget(node: string): void {
    this.#malformed.delete(node);
    this.#apply(this.#pool.releaseNode(node));
  }

  /** To be asked for a node whose object was seen. */
  decisionOf(node: string): Decision {
    const error = this.#malformed.get(node) ?? this.#pool.conflictOf(node)?.message;
    if (error !== undefined) return { cidrs: [], error, reason: 'NodeCIDRConflict' };
    if (this.#pool.isWaiting(node)) return { cidrs: [], error: NODE_CIDR_FULL, reason: 'NodeCIDRFull' };
    return { cidrs: this.#pool.cidrsOf(node).map(String), error: '', reason: '' };
  }

  #occupy(object: NodeNetwork): void {
    const node = object.metadata.name!;
    const cidrs: Cidr[] = [];
    const problems: string[] = [];
    for (const text of listed(object)) {
      try {
        const { cidr, hostBits } = Cidr.parse(text);
        cidrs.push(cidr);
        if (hostBits) problems.push(`Expected no host bits in a node's CIDR, got ${text}`);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
    if (problems.length > 0) this.#malformed.set(node, problems.join('; '));
    else this.#malformed.delete(node);
    attempt(() => this.#pool.occupy(node, cidrs));
  }

  #apply({ served, resolved }: PoolChange): void {
    for (const node of resolved) this.#onDecision(node);
    for (const { node } of served) this.#onDecision(node);
  }
}

/** The CIDRs an object lists. */
export function listed(object: NodeNetwork): readonly string[] {
  return object.spec?.podCIDRs ?? [];
}

/** The specification with the CIDRs that were decided, when that adds to what is listed and takes nothing away. */
export function withCidrs(
  spec: NodeNetwork['spec'],
  cidrs: readonly string[],
): NodeNetwork['spec'] | undefined {
  const present = spec.podCIDRs ?? [];
  const adds = cidrs.length > present.length && present.every((cidr) => cidrs.includes(cidr));
  return adds ? { ...spec, podCIDRs: cidrs } : undefined;
}

/** The pool remembers why it refused: decisionOf() tells. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof IpamError)) throw error;
  }
}
