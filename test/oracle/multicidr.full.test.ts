import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cidr } from '../../src/ip/index.ts';
import {
  type ClusterCidrSpec,
  IpamError,
  MultiRangeAllocator,
  type NodeSelectorTerms,
} from '../../src/ipam/index.ts';
import { type Answer, Oracle } from './oracle.ts';

interface NodeState {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podCIDRs: readonly string[];
}

/** What test/oracle/multicidr/main.go reads. */
type Operation =
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

let oracle: Oracle<Operation>;
beforeAll(async () => {
  oracle = await Oracle.start<Operation>('multicidr-oracle');
});
afterAll(() => oracle[Symbol.asyncDispose]());

const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom('zone', 'arch'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    key: fc.constantFrom('zone', 'arch', 'gpus'),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
  fc.record({
    key: fc.constant('gpus'),
    operator: fc.constantFrom('Gt' as const, 'Lt' as const),
    values: fc.integer({ min: 0, max: 4 }).map((n) => [String(n)]),
  }),
);
const selector: fc.Arbitrary<NodeSelectorTerms | undefined> = fc.option(
  fc.uniqueArray(requirement, { maxLength: 3, selector: ({ key }) => key }).map((matchExpressions) => ({
    nodeSelectorTerms: matchExpressions.length === 0 ? [] : [{ matchExpressions }],
  })),
  { nil: undefined },
);

/** Up to four that may overlap, all of the same families: upstream panics where they are not. */
const clusterCidrs = fc.boolean().chain((isDual) =>
  fc.uniqueArray(
    fc
      .record({
        at: fc.integer({ min: 0, max: 7 }),
        prefix: fc.integer({ min: 24, max: 27 }),
        perNodeHostBits: fc.integer({ min: 4, max: 5 }),
        narrower: fc.integer({ min: 0, max: 2 }),
        nodeSelector: selector,
      })
      .map(({ at, prefix, perNodeHostBits, narrower, nodeSelector }) => ({
        perNodeHostBits,
        ipv4: around(`10.0.0.${at * 32}`, prefix),
        ...(isDual ? { ipv6: around(`fd00::${(at * 32).toString(16)}`, prefix + 96 - narrower) } : {}),
        ...(nodeSelector ? { nodeSelector } : {}),
      })),
    // Two with the same CIDR go in the order of Go's map and heap.
    { minLength: 1, maxLength: 4, selector: ({ ipv4 }) => ipv4 },
  ),
);

function around(address: string, prefix: number): string {
  return Cidr.parse(`${address}/${prefix}`).cidr.toString();
}

const labels = fc.record(
  {
    zone: fc.constantFrom('a', 'b', 'c'),
    arch: fc.constantFrom('a', 'b'),
    gpus: fc.constantFrom('0', '1', '3', 'many'),
  },
  { requiredKeys: [] },
);
const name = fc.integer({ min: 0, max: 30 }).map((n) => `n${n}`);
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ op: fc.constant('sync' as const), name, labels }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const) }) },
);

/** Nodes as the API has them, our allocator, and what the oracle is to be asked. */
class Controller {
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

/** Errors of a release are logged by the controller, and known by what follows. */
function shortened(operation: Operation, { cidrs, error }: Answer): Answer {
  if (operation.op === 'delete') return {};
  if (error !== undefined) return { error };
  return cidrs === undefined ? {} : { cidrs };
}

describe('MultiRangeAllocator', () => {
  it('should decide for the same nodes as the one of Kubernetes, 1,000 times', async () => {
    const steps = fc.array(step, { maxLength: 60 });
    const property = fc.asyncProperty(clusterCidrs, steps, async (specs, all) => {
      const controller = new Controller(specs);
      let up = controller.start();
      for (const one of all) {
        if (!up) break;
        if (one.op === 'sync') controller.sync(one.name, one.labels);
        else if (one.op === 'delete') controller.delete(one.name);
        else up = controller.start();
      }
      // At the end whatever is left, so that nothing stays unseen.
      for (let i = 0; up && i < 20; i++) {
        for (const zone of ['a', 'b']) controller.sync(`last-${zone}${i}`, { zone, arch: 'a' });
      }
      const { operations, expected } = controller;
      const answers = await oracle.ask(operations);
      expect(answers.map((answer, i) => shortened(operations[i]!, answer))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 1000, seed: 1 });
  });
});
