import { listLinks, parseLink, type RtSocket } from '../kernel/index.ts';

/** Above all that the kernel gives out by itself, which begins at 1. */
const FIRST = 1 << 16;

/** Indices for the host-side ends of pods, none twice in the life of a node. */
export class LinkIndices {
  #next: number;

  /** Goes on above what an earlier agent gave out and is still there. */
  constructor(node: RtSocket) {
    const taken = node.dump(listLinks()).map((message) => parseLink(message).index);
    this.#next = Math.max(FIRST, ...taken) + 1;
  }

  next(): number {
    return this.#next++;
  }
}
