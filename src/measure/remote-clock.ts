import { monotonicNs } from './clock.ts';

/** Questions in a row; the quickest answer says it best. */
const QUESTIONS = 5;
/** Clocks of two machines run apart: NTP keeps them within some 10 ppm of each other, 0.3 ms in this time. */
const AGAIN_MS = 30_000;

/**
 * The CLOCK_MONOTONIC of another machine, in terms of our own: its offset is found from the middle of a question and its
 * answer, and again every 30 s until this is disposed of.
 */
export class RemoteClock implements Disposable {
  readonly #ask: () => Promise<number>;
  readonly #timer: NodeJS.Timeout;
  #offsetNs = 0;
  #errorNs = 0;

  private constructor(ask: () => Promise<number>) {
    this.#ask = ask;
    // One that does not answer keeps the offset that is known.
    this.#timer = setInterval(() => void this.#find().catch(() => {}), AGAIN_MS).unref();
  }

  /** @param ask the other machine's CLOCK_MONOTONIC, in ns */
  static async open(ask: () => Promise<number>): Promise<RemoteClock> {
    const clock = new RemoteClock(ask);
    try {
      await clock.#find();
      return clock;
    } catch (error) {
      clock[Symbol.dispose]();
      throw error;
    }
  }

  /** An instant of the other machine as one of ours, in ns. */
  readonly shift = (ns: number): number => ns + this.#offsetNs;

  /** How wrong an offset was at most, in ns: half of the quickest round trip, the worst of all times. */
  get errorNs(): number {
    return this.#errorNs;
  }

  async #find(): Promise<void> {
    let best = { took: Infinity, offset: 0 };
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = monotonicNs();
      const theirs = await this.#ask();
      const took = monotonicNs() - asked;
      if (took < best.took) best = { took, offset: asked + took / 2 - theirs };
    }
    this.#offsetNs = best.offset;
    this.#errorNs = Math.max(this.#errorNs, best.took / 2);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
