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

/** An operation so many times slower than the middle one was interrupted: the machine did something else. */
const INTERRUPTED = 100;

/** Real time of operations of one kind. Every 256th is clocked, the clock's own share taken off. */
export class OpClock {
  readonly #metric: MetricName;
  readonly #recorder: Recorder;
  readonly #overhead = clockOverhead();
  #count = 0;
  /** Since the last takePerSecond(). */
  #recent: number[] = [];

  constructor(metric: MetricName, recorder: Recorder) {
    this.#metric = metric;
    this.#recorder = recorder;
  }

  /** Operations so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * How many a second there would be without anything in between, by those clocked since the last call; undefined when
   * there were none. Those that were interrupted, as by the garbage collector, are left out.
   */
  takePerSecond(): number | undefined {
    const times = this.#recent.sort((a, b) => a - b);
    this.#recent = [];
    if (times.length === 0) return undefined;
    const limit = INTERRUPTED * Math.max(1, times[times.length >> 1]!);
    const whole = times.filter((ns) => ns <= limit);
    return 1e9 / Math.max(1, whole.reduce((sum, ns) => sum + ns, 0) / whole.length);
  }

  /** Counts an operation; true when it is to be clocked. */
  next(): boolean {
    return this.#count++ % EVERY === 0;
  }

  /** An operation that began at `before` (performance.now()) has ended; `at` is its instant of virtual time. */
  clocked(before: number, at: number): void {
    const ns = Math.max(0, (performance.now() - before) * 1e6 - this.#overhead);
    this.#recent.push(ns);
    this.#recorder.append({ metric: this.#metric, ns, at, ok: true });
  }
}
