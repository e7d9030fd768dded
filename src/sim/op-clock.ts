import type { MetricName, Recorder } from '../measure/index.ts';

/** One operation in so many is clocked. */
const EVERY = 256;
const CALIBRATION = 20_000;

/** What reading the clock twice takes, ns: the median of many tries. */
function clockOverhead(): number {
  const tries = new Float64Array(CALIBRATION);
  for (let i = 0; i < tries.length; i++) {
    const before = performance.now();
    tries[i] = performance.now() - before;
  }
  return tries.sort()[CALIBRATION / 2]! * 1e6;
}

/**
 * Real time of operations of one kind. Every 256th is clocked, the clock's own share taken off; the sum over all is
 * estimated from those.
 */
export class OpClock {
  readonly #metric: MetricName;
  readonly #recorder: Recorder;
  readonly #overhead = clockOverhead();
  #count = 0;
  #clocked = 0;
  #sumNs = 0;

  constructor(metric: MetricName, recorder: Recorder) {
    this.#metric = metric;
    this.#recorder = recorder;
  }

  /** Operations so far. */
  get count(): number {
    return this.#count;
  }

  /** Mean time of one, ns. */
  get meanNs(): number {
    return this.#clocked === 0 ? 0 : this.#sumNs / this.#clocked;
  }

  /** Counts an operation; true when it is to be clocked. */
  next(): boolean {
    return this.#count++ % EVERY === 0;
  }

  /** An operation that began at `before` (performance.now()) has ended; `at` is its instant of virtual time. */
  clocked(before: number, at: number): void {
    const ns = Math.max(0, (performance.now() - before) * 1e6 - this.#overhead);
    this.#clocked++;
    this.#sumNs += ns;
    this.#recorder.append({ metric: this.#metric, ns, at, ok: true });
  }
}
