import type { PoolCidrs } from '../ipam/index.ts';
import type { MultiPoolCluster } from './cluster/multi-pool-cluster.ts';
import type { SimNode } from './node/sim-node.ts';
import { TimeHeap } from './time-heap.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * Lets nodes and the operator of mode `multi-pool` talk. A node runs ahead until it has something to say; all that is
 * said is heard in the order of time. One that waits for a CIDR goes step by step, since its CIDR may come at any
 * instant.
 */
export class PoolExchange {
  readonly #nodes: readonly SimNode[];
  readonly #byName = new Map<string, SimNode>();
  readonly #cluster: MultiPoolCluster;
  readonly #clock: VirtualClock;
  readonly #agenda = new TimeHeap<SimNode>();
  /** The instant for which a node stands in the agenda; another entry is void. */
  readonly #due = new Map<SimNode, number>();

  constructor(nodes: readonly SimNode[], cluster: MultiPoolCluster, clock: VirtualClock) {
    this.#nodes = nodes;
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** A node more. */
  add(node: SimNode): void {
    this.#byName.set(node.name, node);
  }

  /** Lets everything happen up to the instant `until`, ns. `onNode` is called now and then. */
  async advance(until: number, onNode: (index: number) => Promise<void>): Promise<void> {
    for (const node of this.#nodes) this.#plan(node, until);
    for (let steps = 0; this.#agenda.next <= until; steps++) {
      const at = this.#agenda.next;
      const node = this.#agenda.pop();
      if (this.#due.get(node) !== at) continue;
      this.#due.delete(node);
      await this.#clock.advance(at);
      if (node.message !== undefined) this.#hear(node);
      else node.advance(this.#cluster.isWaiting(node.name) ? at : until);
      this.#plan(node, until);
      await onNode(steps);
    }
    await this.#clock.advance(until);
    for (const node of this.#nodes) node.advance(until);
  }

  /** The operator has added CIDRs to the object of a node. */
  added(name: string, added: readonly PoolCidrs[]): void {
    const node = this.#byName.get(name);
    if (node === undefined) return;
    const at = this.#clock.ns;
    node.advance(at);
    while (node.message !== undefined) {
      this.#hear(node);
      node.advance(at);
    }
    for (const { pool, cidrs } of added) node.grow(cidrs, pool);
    this.#plan(node, Number.POSITIVE_INFINITY);
  }

  #hear(node: SimNode): void {
    const { message } = node;
    node.message = undefined;
    this.#cluster.tell(node.name, message!);
  }

  #plan(node: SimNode, until: number): void {
    const at = node.message?.at ?? node.next;
    if (at > until || this.#due.get(node) === at) return;
    this.#due.set(node, at);
    this.#agenda.push(at, node);
  }
}
