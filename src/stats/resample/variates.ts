import { type Random, seeded } from '../random.ts';

/** Below this many trials a binomial number is counted trial by trial. */
const COUNTED = 16;

/** Random numbers of the distributions that resampling needs, each exact up to rounding. */
export interface Variates extends Random {
  /** Standard normal. */
  normal(): number;
  /** Beta(a, b), a and b at least 1: the a-th smallest of a + b − 1 uniform numbers. */
  beta(a: number, b: number): number;
  /** How many of `n` trials succeed, each with chance `p`. */
  binomial(n: number, p: number): number;
}

/** Random numbers for `seed`: the same on every machine. */
export function variates(seed: number): Variates {
  const random = seeded(seed);
  let spare: number | undefined;

  /** Marsaglia's polar method. */
  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * random.float() - 1;
      const y = 2 * random.float() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  }

  /** Gamma(shape, 1), shape ≥ 1 (Marsaglia and Tsang 2000). */
  function gamma(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = random.float();
      if (Math.log(u) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  function beta(a: number, b: number): number {
    const x = gamma(a);
    return x / (x + gamma(b));
  }

  /** Splits the trials at the middle one in order of their uniform numbers (Relles 1972, Ahrens and Dieter 1974). */
  function binomial(n: number, p: number): number {
    let successes = 0;
    let trials = n;
    let chance = p;
    while (trials > COUNTED && chance > 0 && chance < 1) {
      const middle = 1 + (trials >> 1);
      const at = beta(middle, trials + 1 - middle);
      if (at >= chance) {
        trials = middle - 1;
        chance /= at;
      } else {
        successes += middle;
        trials -= middle;
        chance = (chance - at) / (1 - at);
      }
    }
    if (chance >= 1) return successes + trials;
    for (let trial = 0; trial < trials; trial++) if (random.float() < chance) successes++;
    return successes;
  }

  return { ...random, normal, beta, binomial };
}
