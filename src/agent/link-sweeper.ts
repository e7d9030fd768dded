import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteLinkGroup, type RtSocket, setLink } from '../kernel/index.ts';

/** Links of this group are to go. The number has no meaning beyond that; 0 is every other link's. */
const DOOMED_GROUP = 0x6c6162;
/** How often the links are looked for, in ms: the resolution of `cni.del.link_gone`. */
const LOOK_MS = 20;
/** A runtime removes the pod's namespace right after DEL, and the link with it; one that does not is helped. */
const PATIENCE_NS = 1e9;

interface Doomed {
  readonly index: number;
  readonly since: number;
  readonly onGone: (goneNs: number) => void;
  grouped?: boolean;
}

/**
 * Sees that links go after DEL. DEL does not wait for it: taking one link down costs the kernel an RCU grace period
 * under its global lock (about 20 ms). Most go with the pod's namespace, in bulk; the others are deleted as a group,
 * which costs one such wait for all of them.
 */
export class LinkSweeper implements Disposable {
  readonly #node: RtSocket;
  readonly #sysfs: string;
  readonly #doomed = new Map<string, Doomed>();
  readonly #stop = new AbortController();
  #running = false;

  /** @param root the node's file system as a path; its /sys shows the links without taking the kernel's lock */
  constructor(node: RtSocket, root: string) {
    this.#node = node;
    this.#sysfs = path.join(root, '/sys/class/net');
  }

  /** Links that have been released and are still there. */
  get size(): number {
    return this.#doomed.size;
  }

  /** Waits for a link to go; `onGone` is told when it was seen to be gone, CLOCK_MONOTONIC in ns. */
  doom(name: string, onGone: (goneNs: number) => void = () => {}): void {
    const now = Number(process.hrtime.bigint());
    const index = this.#indexOf(name);
    if (index === undefined) {
      onGone(now);
      return;
    }
    this.#doomed.set(name, { index, since: now, onGone });
    void this.#run();
  }

  #indexOf(name: string): number | undefined {
    try {
      return Number(fs.readFileSync(path.join(this.#sysfs, name, 'ifindex'), 'utf8'));
    } catch {
      return undefined;
    }
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
    const overdue: Doomed[] = [];
    for (const [name, link] of this.#doomed) {
      // Another index: the name is a new attachment's by now.
      if (this.#indexOf(name) !== link.index) {
        this.#doomed.delete(name);
        link.onGone(now);
      } else if (now - link.since > PATIENCE_NS && !link.grouped) {
        link.grouped = true;
        overdue.push(link);
      }
    }
    if (overdue.length === 0) return;
    this.#node.attempt(
      ...overdue.map(({ index }) => setLink(index, { group: DOOMED_GROUP })),
      deleteLinkGroup(DOOMED_GROUP),
    );
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
