import type { Node, Pod } from '../../../index.ts';
import { type Candidate, candidateOf, type Unfit, unfit } from './node-fit.ts';

interface Row {
  candidate: Candidate | undefined;
  /** Pods placed there, those that are on their way included. */
  pods: number;
}

export type Choice =
  | { readonly node: string }
  | { readonly nodes: number; readonly reasons: Map<Unfit, number> };

/** Nodes and how many pods each holds. Pods are told apart by uid, so that a namesake counts on its own. */
export class NodeTable {
  readonly #rows = new Map<string, Row>();
  readonly #placed = new Map<string, string>();

  put(node: Node): void {
    const candidate = candidateOf(node);
    this.#row(candidate.name).candidate = candidate;
  }

  delete(name: string): void {
    const row = this.#rows.get(name);
    if (!row) return;
    row.candidate = undefined;
    this.#forgetEmpty(name, row);
  }

  /** Counts a pod on a node; saying so twice changes nothing. */
  occupy(uid: string, node: string): void {
    if (this.#placed.get(uid) === node) return;
    this.release(uid);
    this.#placed.set(uid, node);
    this.#row(node).pods++;
  }

  /** True when the pod was counted. */
  release(uid: string): boolean {
    const node = this.#placed.get(uid);
    if (node === undefined) return false;
    this.#placed.delete(uid);
    const row = this.#row(node);
    row.pods--;
    this.#forgetEmpty(node, row);
    return true;
  }

  /** Of the nodes that the pod may go to, the one with the smallest share of its pods in use. */
  choose(pod: Pod): Choice {
    let best: string | undefined;
    let bestShare = Number.POSITIVE_INFINITY;
    let nodes = 0;
    const reasons = new Map<Unfit, number>();
    for (const [name, { candidate, pods }] of this.#rows) {
      if (!candidate) continue;
      nodes++;
      const reason = unfit(pod, candidate, pods);
      if (reason !== undefined) {
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        continue;
      }
      const share = pods / candidate.capacity;
      if (share >= bestShare) continue;
      best = name;
      bestShare = share;
    }
    return best === undefined ? { nodes, reasons } : { node: best };
  }

  #row(name: string): Row {
    let row = this.#rows.get(name);
    if (!row) {
      row = { candidate: undefined, pods: 0 };
      this.#rows.set(name, row);
    }
    return row;
  }

  #forgetEmpty(name: string, row: Row): void {
    if (row.pods === 0 && !row.candidate) this.#rows.delete(name);
  }
}
