import { Cidr } from '../../ip/index.ts';
import type { InvariantResult } from '../folder/document.ts';
import { Tally } from './tally.ts';

/** Node CIDRs as the API has them. */
export interface NodeCidrInvariantOptions {
  /** CIDRs that nodes may have theirs of; host bits are ignored. */
  readonly pools: readonly string[];
}

interface Holding {
  readonly node: string;
  readonly cidr: Cidr;
  readonly from: bigint;
  /** The version at which it was let go; undefined while it is held. */
  to?: bigint;
  readonly at: number;
}

/**
 * Checks the CIDRs of nodes: none on two nodes at any time, none from outside the pools. Time is counted in versions
 * of the API, in which all changes of all objects stand in one order: watches of two kinds tell of them late and out
 * of step. `at` (ns) is only for the witness. A CIDR of a node whose object is gone is nobody's.
 */
export class NodeCidrInvariants {
  readonly #pools: readonly Cidr[];
  readonly #held = new Map<string, Holding[]>();
  readonly #past: Holding[] = [];
  /** Nodes whose end was told, which may be before what they held is. */
  readonly #gone = new Map<string, bigint>();
  readonly #inPool = new Tally('node-cidr-in-pool', 'no node CIDR outside the pools');

  /** Throws IpError when a pool is no CIDR. */
  constructor({ pools }: NodeCidrInvariantOptions) {
    this.#pools = pools.map((pool) => Cidr.parse(pool).cidr);
  }

  /** From this version on, the node has exactly these CIDRs. */
  holds(node: string, cidrs: readonly string[], version: bigint, at: number): void {
    const gone = this.#gone.get(node) ?? 0n;
    const held = this.#held.get(node) ?? [];
    const kept = held.filter(({ cidr }) => cidrs.includes(cidr.toString()));
    for (const each of held) if (!kept.includes(each)) each.to = version;
    const fresh = cidrs
      .map((text) => Cidr.parse(text).cidr)
      .filter((cidr) => !kept.some((each) => each.cidr.equals(cidr)))
      .map((cidr): Holding => ({ node, cidr, from: version, at, ...(version < gone && { to: gone }) }));
    for (const { cidr } of fresh) this.#checkPool(node, cidr, at);
    this.#past.push(...fresh);
    this.#held.set(node, [...kept, ...fresh]);
  }

  /** The node's object is gone at this version. */
  gone(node: string, version: bigint): void {
    for (const each of this.#held.get(node) ?? []) each.to = version;
    this.#held.delete(node);
    this.#gone.set(node, version);
  }

  results(): InvariantResult[] {
    const unique = new Tally('node-cidr-unique', 'no CIDR on two nodes');
    // Overlapping CIDRs follow one another when they are sorted by address, the wider first.
    const sorted = this.#past.toSorted((a, b) => Cidr.compare(a.cidr, b.cidr));
    let around: Holding[] = [];
    for (const next of sorted) {
      around = around.filter(({ cidr }) => cidr.overlaps(next.cidr));
      const other = around.find((holding) => holding.node !== next.node && meet(holding, next));
      if (other === undefined) unique.held();
      else {
        const [first, second] = other.from <= next.from ? [other, next] : [next, other];
        unique.broken(second.at, second.at - first.at, () => {
          const same = first.cidr.equals(second.cidr) ? '' : ` (of ${first.cidr})`;
          return `${second.cidr} given to ${second.node} while ${first.node} had it${same}`;
        });
      }
      around.push(next);
    }
    return [unique.result(), this.#inPool.result()];
  }

  #checkPool(node: string, cidr: Cidr, at: number): void {
    if (this.#pools.some((pool) => pool.contains(cidr))) this.#inPool.held();
    else this.#inPool.broken(at, 0, () => `${cidr} given to ${node}, outside ${this.#pools.join(', ')}`);
  }
}

function meet(one: Holding, other: Holding): boolean {
  return (one.to === undefined || other.from < one.to) && (other.to === undefined || one.from < other.to);
}
