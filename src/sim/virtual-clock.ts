import { TimeHeap } from './time-heap.ts';

interface Timer {
  readonly callback: () => void;
  cancelled: boolean;
}

/**
 * Time that passes only when it is told to: `now` and `after` as the operator's queues ask for them, in ms; instants
 * in ns from the beginning of the simulation.
 */
export class VirtualClock {
  readonly #timers = new TimeHeap<Timer>();
  #ns = 0;

  /** ns since the beginning. */
  get ns(): number {
    return this.#ns;
  }

  /** The instant of the next timer; Infinity when there is none. */
  get next(): number {
    return this.#timers.next;
  }

  now(): number {
    return this.#ns / 1e6;
  }

  after(ms: number, callback: () => void): () => void {
    return this.at(this.#ns + ms * 1e6, callback);
  }

  /** Calls back once at an instant in ns, not before now. */
  at(ns: number, callback: () => void): () => void {
    const timer: Timer = { callback, cancelled: false };
    this.#timers.push(Math.max(ns, this.#ns), timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /**
   * Lets time pass until `ns`. What a callback has others do in microtasks is done before time goes on, so work that
   * waits for nothing but this clock takes no time.
   */
  async advance(ns: number): Promise<void> {
    while (this.#timers.next <= ns) {
      this.#ns = this.#timers.next;
      let called = false;
      while (this.#timers.next <= this.#ns) {
        const timer = this.#timers.pop();
        if (timer.cancelled) continue;
        timer.callback();
        called = true;
      }
      if (called) await new Promise(setImmediate);
    }
    this.#ns = Math.max(this.#ns, ns);
  }
}
