import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs } from '../measure/index.ts';

/** Node's timers have a grain of 1 ms and round down. */
const GRAIN_NS = 1e6;

/** Waits until an instant of CLOCK_MONOTONIC, in ns; returns at once when it has passed, and when `signal` fires. */
export async function until(instantNs: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const left = instantNs - monotonicNs();
    if (left <= 0 || signal?.aborted) return;
    await sleep(Math.ceil(left / GRAIN_NS), undefined, signal ? { signal } : {}).catch(() => {});
  }
}

/** Work at instants: what is due is done in order of its instant, by one timer. */
export class Agenda implements Disposable {
  /** A binary heap by instant. */
  readonly #heap: { readonly at: number; readonly work: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Infinity;

  /** Does `work` at an instant of CLOCK_MONOTONIC in ns, or as soon as possible when it has passed. */
  add(at: number, work: () => void): void {
    const heap = this.#heap;
    heap.push({ at, work });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.at <= heap[i]!.at) break;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
    this.#arm();
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Forgets what is not done yet. */
  clear(): void {
    this.#heap.length = 0;
    clearTimeout(this.#timer);
    this.#armedFor = Infinity;
  }

  #arm(): void {
    const next = this.#heap[0];
    if (!next || next.at >= this.#armedFor) return;
    clearTimeout(this.#timer);
    this.#armedFor = next.at;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.ceil((next.at - monotonicNs()) / GRAIN_NS)));
  }

  #run(): void {
    this.#armedFor = Infinity;
    const now = monotonicNs();
    while (this.#heap[0] && this.#heap[0].at <= now) this.#pop()();
    this.#arm();
  }

  #pop(): () => void {
    const heap = this.#heap;
    const { work } = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return work;
    heap[0] = last;
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left;
      if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right;
      if (least === i) break;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
    return work;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
