import type { Planned } from '../../scenario/index.ts';
import type { Arrivals } from './node-context.ts';
import { type PodPhaseInfo, SimPod } from './sim-pod.ts';

/** What arrives in a phase, `offset` ns after its begin. */
type Schedule = Iterable<Omit<Planned, 'name'> & { readonly offset: number }>;

/**
 * Arrivals of one stretch of a phase in columns, those of a node together and in the order of time: no object per pod
 * before it comes.
 */
export class PodColumns {
  /** The last arrival; the phase's begin when there is none. */
  readonly last: number;
  readonly #phase: PodPhaseInfo;
  /** Number of the phase's first pod among all. */
  readonly #first: number;
  /** Where the arrivals of each node begin. */
  readonly #begins: Uint32Array;
  readonly #at: Float64Array;
  readonly #lifetime: Float64Array;
  readonly #index: Uint32Array;
  readonly #pool: Uint8Array;
  readonly #pools: readonly (string | undefined)[];

  /** @param count how many pods are in the schedule at most */
  constructor(
    schedule: Schedule,
    options: {
      readonly phase: PodPhaseInfo;
      readonly begin: number;
      readonly first: number;
      readonly nodes: number;
      readonly count: number;
    },
  ) {
    const { phase, begin, first, nodes, count } = options;
    this.#phase = phase;
    this.#first = first;
    const [at, lifetime, node] = [new Float64Array(count), new Float64Array(count), new Uint32Array(count)];
    const pools: (string | undefined)[] = [];
    const pool = new Uint8Array(count);
    let drawn = 0;
    for (const pod of schedule) {
      at[drawn] = begin + pod.offset;
      lifetime[drawn] = pod.lifetime;
      node[drawn] = pod.node;
      if (!pools.includes(pod.pool)) pools.push(pod.pool);
      pool[drawn++] = pools.indexOf(pod.pool);
    }
    this.last = drawn === 0 ? begin : at[drawn - 1]!;
    const { begins, order } = byNode(node.subarray(0, drawn), nodes);
    this.#begins = begins;
    this.#at = at.map((_, i) => at[order[i]!]!);
    this.#lifetime = lifetime.map((_, i) => lifetime[order[i]!]!);
    this.#pool = pool.map((_, i) => pool[order[i]!]!);
    this.#index = order;
    this.#pools = pools;
  }

  /** The pods of a node. */
  of(node: number): Arrivals {
    return new NodeArrivals(this, this.#begins[node]!, this.#begins[node + 1]!);
  }

  /** When the pod at this place comes. */
  at(place: number): number {
    return this.#at[place]!;
  }

  pod(at: number): SimPod {
    const index = this.#index[at]!;
    return new SimPod({
      number: this.#first + index,
      phase: this.#phase,
      index,
      intended: this.#at[at]!,
      lifetime: this.#lifetime[at]!,
      pool: this.#pools[this.#pool[at]!],
    });
  }
}

class NodeArrivals implements Arrivals {
  readonly #columns: PodColumns;
  readonly #end: number;
  #cursor: number;

  constructor(columns: PodColumns, begin: number, end: number) {
    this.#columns = columns;
    this.#cursor = begin;
    this.#end = end;
  }

  get next(): number {
    return this.#cursor < this.#end ? this.#columns.at(this.#cursor) : Number.POSITIVE_INFINITY;
  }

  take(): SimPod {
    return this.#columns.pod(this.#cursor++);
  }
}

/** Places ordered by node, those of one node as they came (a counting sort), and where each node's begin. */
function byNode(node: Uint32Array, nodes: number): { order: Uint32Array; begins: Uint32Array } {
  const begins = new Uint32Array(nodes + 1);
  for (const at of node) begins[at + 1]!++;
  for (let at = 0; at < nodes; at++) begins[at + 1] = begins[at + 1]! + begins[at]!;
  const next = begins.slice();
  const order = new Uint32Array(node.length);
  for (const [i, at] of node.entries()) order[next[at]!++] = i;
  return { order, begins };
}
