/** Time and timers, so that a queue runs by the clock on the wall, by a test's, or by virtual time. */
export interface Clock {
  /** ms since any fixed instant, rising. */
  now(): number;
  /** Calls back once after `ms`. Gives what calls that off. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
