import type { Family } from '../../ip/index.ts';

/** A node that wants more of a pool than there is. */
export interface WaitingNode {
  readonly node: string;
  readonly pool: string;
  readonly family: Family;
}

/** Who waits for a pool, in the order in which they came: one list per pool and family. */
export class WaitingLists {
  readonly #lists = new Map<string, { readonly pool: string; readonly family: Family; nodes: Set<string> }>();

  /** A node that waits already keeps its place. */
  add({ node, pool, family }: WaitingNode): void {
    const key = `${pool} ${family}`;
    const list = this.#lists.get(key);
    if (list) list.nodes.add(node);
    else this.#lists.set(key, { pool, family, nodes: new Set([node]) });
  }

  delete({ node, pool, family }: WaitingNode): void {
    this.#lists.get(`${pool} ${family}`)?.nodes.delete(node);
  }

  /** What the node waits for. */
  of(node: string): WaitingNode[] {
    return Array.from(this.#lists.values())
      .filter(({ nodes }) => nodes.has(node))
      .map(({ pool, family }) => ({ node, pool, family }));
  }

  /** The lists, those that nobody is on included. */
  lists(): Iterable<{ readonly pool: string; readonly family: Family; readonly nodes: ReadonlySet<string> }> {
    return this.#lists.values();
  }

  /** All who wait, by list. */
  *[Symbol.iterator](): Generator<WaitingNode> {
    for (const { pool, family, nodes } of this.#lists.values())
      for (const node of nodes) yield { node, pool, family };
  }
}
