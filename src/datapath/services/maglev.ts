/**
 * Maglev hashing: D. Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016),
 * section 3.4. Every node that knows the same backends makes the same table.
 */
import { murmur3 } from './murmur3.ts';

/** Sizes that a table may have: primes, so that every step visits every entry. A hundred per backend balance well. */
export const MAGLEV_SIZES = [251, 509, 1021, 2039, 4093, 8191, 16_381, 32_749, 65_521, 131_071] as const;
export type MaglevSize = (typeof MAGLEV_SIZES)[number];

/** Any two numbers that differ do; the same on all nodes. */
const OFFSET_SEED = 0x6c_61_62_31;
const SKIP_SEED = 0x6c_61_62_32;

/**
 * The table for these names: each entry is the index of a name. Names are taken in their sorted order, so the order
 * that they come in makes no difference. Empty without names.
 */
export function maglevTable(names: readonly string[], size: MaglevSize): Uint32Array {
  if (names.length === 0) return new Uint32Array(0);
  const order = names.map((_, index) => index).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const next = order.map((index) => murmur3(names[index]!, OFFSET_SEED) % size);
  const skip = order.map((index) => (murmur3(names[index]!, SKIP_SEED) % (size - 1)) + 1);
  const free = 0xffff_ffff;
  const table = new Uint32Array(size).fill(free);
  for (let filled = 0; ; ) {
    for (let turn = 0; turn < order.length; turn++) {
      let entry = next[turn]!;
      while (table[entry] !== free) entry = (entry + skip[turn]!) % size;
      table[entry] = order[turn]!;
      next[turn] = (entry + skip[turn]!) % size;
      filled += 1;
      if (filled === size) return table;
    }
  }
}
