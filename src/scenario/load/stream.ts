import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers of one purpose. */
export interface Stream {
  /** Uniform in (0, 1): never an end, so that its logarithm is finite. */
  uniform(): number;
  /** Uniform whole number in [0, below). */
  below(below: number): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * The stream called `name` of a seed. Streams of different names share nothing, so that drawing more
 * from one leaves the others as they were: a scenario keeps its arrivals when its lifetimes change.
 * The state is a hash, since xoroshiro128+ begins alike for seeds that are alike.
 */
export function stream(seed: number, name: string): Stream {
  const hash = createHash('sha256').update(`${seed}/${name}`).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => hash.readInt32BE(offset)));
  const uniform = (): number => {
    // Moves the multiples of 2^-53 in [0, 1) to the middles between them.
    return uniformFloat64(generator) + 2 ** -54;
  };
  return {
    uniform,
    below: (below) => uniformInt(generator, 0, below - 1),
    exponential: () => -Math.log(uniform()),
    // Box and Muller 1958; the second value is not kept, so that draw n always takes the same numbers.
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
