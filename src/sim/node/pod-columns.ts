import type { Planned } from '../../scenario/index.ts';
import type { Arrivals } from './sim-node.ts';
import { type PodPhaseInfo, SimPod } from './sim-pod.ts';

/** What arrives in a phase, `offset` ns after its begin. */
type Schedule = Iterator<Planned & { readonly offset: number }, void>;

/**
 * Arrivals of one stretch of a phase in columns, those of a node together and in the order of time: no object per pod
 * before it comes.
 */
export class PodColumns {
  /** How many there are. */
  readonly count: number;
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
  readonly #pool: Uint16Array;
  readonly #pools: readonly (string | undefined)[];

  /** Takes up to `limit` pods off the schedule. */
  constructor(
    schedule: Schedule,
    options: {
      readonly phase: PodPhaseInfo;
      readonly begin: number;
      readonly first: number;
      readonly nodes: number;
      readonly limit: number;
    },
  ) {
    const { phase, begin, first, nodes, limit } = options;
    this.#phase = phase;
    this.#first = first;
    const [at, lifetime] = [new Float64Array(limit), new Float64Array(limit)];
    const [index, node] = [new Uint32Array(limit), new Uint32Array(limit)];
    const pool = new Uint16Array(limit);
    const pools: (string | undefined)[] = [];
    let count = 0;
    for (; count < limit; count++) {
      const { done, value: pod } = schedule.next();
      if (done) break;
      at[count] = begin + pod.offset;
      lifetime[count] = pod.lifetime;
      index[count] = pod.index;
      node[count] = pod.node;
      if (!pools.includes(pod.pool)) pools.push(pod.pool);
      pool[count] = pools.indexOf(pod.pool);
    }
    this.count = count;
    this.last = count === 0 ? begin : at[count - 1]!;
    const { begins, order } = byNode(node.subarray(0, count), nodes);
    this.#begins = begins;
    this.#at = at.subarray(0, count).map((_, i) => at[order[i]!]!);
    this.#lifetime = lifetime.subarray(0, count).map((_, i) => lifetime[order[i]!]!);
    this.#index = index.subarray(0, count).map((_, i) => index[order[i]!]!);
    this.#pool = pool.subarray(0, count).map((_, i) => pool[order[i]!]!);
    this.#pools = pools;
  }

  /** The pods of a node. */
  of(node: number): Arrivals {
    const end = this.#begins[node + 1]!;
    let cursor = this.#begins[node]!;
    const next = (): number => (cursor < end ? this.#at[cursor]! : Number.POSITIVE_INFINITY);
    return {
      get next() {
        return next();
      },
      take: () => this.#pod(cursor++),
    };
  }

  #pod(at: number): SimPod {
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
