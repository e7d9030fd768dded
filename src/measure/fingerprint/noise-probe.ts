import { orderValues, quantile } from '../../stats/index.ts';
import { monotonicNs } from '../clock.ts';
import type { NoiseProbe } from '../folder/document.ts';

/** Steps of the fixed work: 60 to 150 µs on a current core, well above the clock's grain. */
const STEPS = 50_000;

/**
 * Repeats a fixed piece of arithmetic for `forNs` (200 ms unless given) and says how long a round took: a
 * quiet machine gives the same each time. Blocks the event loop: before and after a run, never during it.
 */
export function probeNoise(forNs = 200e6): NoiseProbe {
  const rounds: number[] = [];
  const end = monotonicNs() + forNs;
  let state = 1;
  for (let now = monotonicNs(); now < end; ) {
    state = work(state);
    const after = monotonicNs();
    rounds.push(after - now);
    now = after;
  }
  const ordered = orderValues(rounds);
  const at = (q: number) => quantile(ordered, q)!.value;
  return { rounds: rounds.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Xorshift: integers only, no memory, nothing an optimiser can leave out as long as the result is used. */
function work(seed: number): number {
  let x = seed | 1;
  for (let i = 0; i < STEPS; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}
