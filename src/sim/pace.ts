import type { Recorder } from '../measure/index.ts';
import type { World } from './world.ts';

/** What the simulation itself costs: clocked between calls of `tick`. */
export class Pace {
  readonly #recorder: Recorder;
  #before = performance.now();
  #pods = 0;
  #peakBytes = 0;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** The most memory that any tick saw. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  tick({ clock, pods }: World): void {
    const at = clock.ns;
    const now = performance.now();
    const bytes = process.memoryUsage.rss();
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    this.#recorder.append({ metric: 'sim.memory', ns: bytes, at, ok: true });
    if (pods.started > this.#pods) {
      const perSecond = ((pods.started - this.#pods) / (now - this.#before)) * 1000;
      this.#recorder.append({ metric: 'sim.pods', ns: perSecond, at, ok: true });
    }
    const rate = pods.allocate.takePerSecond();
    if (rate !== undefined) this.#recorder.append({ metric: 'sim.allocations', ns: rate, at, ok: true });
    this.#before = now;
    this.#pods = pods.started;
  }
}
