import { setTimeout as sleep } from 'node:timers/promises';
import { deleteLinkGroup, getLink, KernelError, type RtSocket, setLink } from '../kernel/index.ts';

/** Links of this group are to go. The number has no meaning beyond that; 0 is every other link's. */
const DOOMED_GROUP = 0x6c6162;
/** How often the links are looked for, in ms: the resolution of `cni.del.link_gone`. */
const LOOK_MS = 20;
/** A runtime removes the pod's namespace right after DEL, and the link with it; one that does not is helped. */
const PATIENCE_MS = 500;

interface Doomed {
  readonly index: number;
  readonly since: number;
  readonly onGone: (goneNs: number) => void;
}

/**
 * Sees that links go after DEL. DEL does not wait for it: taking one link down costs the kernel an RCU grace period
 * under its global lock (about 20 ms). Most go with the pod's namespace, in bulk; the others are deleted as a group,
 * which costs one such wait for all of them.
 */
export class LinkSweeper implements Disposable {
  readonly #node: RtSocket;
  readonly #doomed = new Map<number, Doomed>();
  readonly #stop = new AbortController();
  #running = false;

  constructor(node: RtSocket) {
    this.#node = node;
  }

  /** Links that have been released and are still there. */
  get size(): number {
    return this.#doomed.size;
  }

  /** Marks a link; `onGone` is told when it was seen to be gone, CLOCK_MONOTONIC in ns. */
  doom(index: number, onGone: (goneNs: number) => void = () => {}): void {
    const [result] = this.#node.attempt(setLink(index, { group: DOOMED_GROUP }));
    if (result instanceof KernelError) {
      onGone(Number(process.hrtime.bigint()));
      return;
    }
    this.#doomed.set(index, { index, since: Number(process.hrtime.bigint()), onGone });
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#doomed.size > 0 && !this.#stop.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      this.#look();
    }
    this.#running = false;
  }

  #look(): void {
    const now = Number(process.hrtime.bigint());
    const waiting = [...this.#doomed.values()];
    const replies =
      waiting.length === 0 ? [] : this.#node.attempt(...waiting.map(({ index }) => getLink({ index })));
    let overdue = false;
    waiting.forEach((link, i) => {
      if (replies[i] instanceof KernelError) {
        this.#doomed.delete(link.index);
        link.onGone(now);
      } else if (now - link.since > PATIENCE_MS * 1e6) {
        overdue = true;
      }
    });
    if (overdue) this.#node.attempt(deleteLinkGroup(DOOMED_GROUP));
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
