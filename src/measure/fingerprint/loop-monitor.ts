import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The timer that is watched: it fires every ms, and what comes on top is the lag of the loop. */
const TICK_MS = 1;

/** How late this process's event loop is: while it is late, the generator cannot start anything on time. */
export class LoopMonitor {
  readonly #histogram = monitorEventLoopDelay({ resolution: TICK_MS });

  start(): void {
    this.#histogram.enable();
  }

  /** Lag beyond the tick in ns. A loop that never turned has lag 0 and was not watched. */
  stop(): { readonly p50: number; readonly p99: number; readonly max: number } {
    this.#histogram.disable();
    if (this.#histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
    const lag = (ns: number) => ns - TICK_MS * 1e6;
    return {
      p50: lag(this.#histogram.percentile(50)),
      p99: lag(this.#histogram.percentile(99)),
      max: lag(this.#histogram.max),
    };
  }
}
