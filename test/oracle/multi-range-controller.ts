import { Cidr } from '../../src/ip/index.ts';
import { type ClusterCidrSpec, IpamError, MultiRangeAllocator } from '../../src/ipam/index.ts';
import type { Answer } from './oracle.ts';

interface NodeState {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podCIDRs: readonly string[];
}

/** What test/oracle/multicidr/main.go reads. */
export type Operation =
  | {
      readonly op: 'start';
      readonly clusterCIDRs: readonly {
        readonly metadata: { readonly name: string; readonly resourceVersion: string };
        readonly spec: Omit<ClusterCidrSpec, 'name'>;
      }[];
      readonly nodes: readonly NodeState[];
    }
  | ({ readonly op: 'sync' } & NodeState)
  | { readonly op: 'delete'; readonly name: string };

/** Nodes as the API has them, our allocator, and what the oracle is to be asked. */
export class MultiRangeController {
  readonly operations: Operation[] = [];
  readonly expected: Answer[] = [];
  readonly #specs: readonly ClusterCidrSpec[];
  readonly #nodes = new Map<string, NodeState>();
  #range!: MultiRangeAllocator;

  constructor(specs: readonly Omit<ClusterCidrSpec, 'name'>[]) {
    this.#specs = specs.map((spec, i) => ({ ...spec, name: `c${i}` }));
  }

  /** False when the controller does not come up: a node's labels select what does not hold its CIDRs. */
  start(): boolean {
    const nodes = [...this.#nodes.values()];
    const clusterCIDRs = this.#specs.map(({ name, ...spec }) => ({
      metadata: { name, resourceVersion: '1' },
      spec,
    }));
    this.operations.push({ op: 'start', clusterCIDRs, nodes });
    this.#range = new MultiRangeAllocator({ clusterCidrs: this.#specs, serviceCidrs: [] });
    for (const node of nodes) if (node.podCIDRs.length > 0 && !this.#occupy(node)) return false;
    this.expected.push({});
    return true;
  }

  /** The node as it is now: its labels may have changed. */
  sync(name: string, labels: NodeState['labels']): void {
    const node = { name, labels, podCIDRs: this.#nodes.get(name)?.podCIDRs ?? [] };
    this.operations.push({ op: 'sync', ...node });
    this.#nodes.set(name, node);
    if (node.podCIDRs.length > 0) {
      if (this.#occupy(node)) this.expected.push({ cidrs: node.podCIDRs });
      return;
    }
    try {
      const podCIDRs = this.#range.allocate(node).map(String);
      this.#nodes.set(name, { ...node, podCIDRs });
      this.expected.push({ cidrs: podCIDRs });
    } catch (error) {
      this.#refused(error);
    }
  }

  delete(name: string): void {
    if (!this.#nodes.delete(name)) return;
    this.operations.push({ op: 'delete', name });
    this.#range.release(name);
    this.expected.push({});
  }

  #occupy(node: NodeState): boolean {
    try {
      this.#range.occupy(
        node,
        node.podCIDRs.map((text) => Cidr.parseExact(text)),
      );
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof IpamError)) throw error;
    // Ours says why.
    this.expected.push({ error: error.message.replace(/^(failed to get cidrs for node [^:]+):.*/, '$1') });
  }
}
