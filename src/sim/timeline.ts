/** Width of a step, ns. */
const STEP_NS = 10e6;

/**
 * A level over virtual time in steps of 10 ms. Changes may be told in any order of time: nodes are simulated one after
 * the other, not instant by instant.
 */
export class Timeline {
  #changes = new Int32Array(1024);
  #end = 0;

  /** The level changes by `delta` from the instant `ns` on. */
  add(ns: number, delta: number): void {
    const step = Math.floor(ns / STEP_NS);
    if (step >= this.#changes.length) {
      const longer = new Int32Array(Math.max(step + 1, this.#changes.length * 2));
      longer.set(this.#changes);
      this.#changes = longer;
    }
    this.#changes[step] = this.#changes[step]! + delta;
    this.#end = Math.max(this.#end, step + 1);
  }

  /** The level at the end of the step that the instant lies in. */
  at(ns: number): number {
    const last = Math.min(Math.floor(ns / STEP_NS) + 1, this.#end);
    let level = 0;
    for (let step = 0; step < last; step++) level += this.#changes[step]!;
    return level;
  }

  /** The highest level. */
  peak(): number {
    let [level, peak] = [0, 0];
    for (let step = 0; step < this.#end; step++) {
      level += this.#changes[step]!;
      peak = Math.max(peak, level);
    }
    return peak;
  }

  /** The level at each of `instants`, which rise. */
  levels(instants: readonly number[]): number[] {
    let [step, level] = [0, 0];
    return instants.map((ns) => {
      const last = Math.min(Math.floor(ns / STEP_NS) + 1, this.#end);
      for (; step < last; step++) level += this.#changes[step]!;
      return level;
    });
  }
}
