import { describe, expect, test } from 'vitest';
import { MAGLEV_SIZES, maglevTable } from './maglev.ts';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `10.20.${i >> 8}.${i & 255} 8080`);

const shares = (table: Uint32Array, count: number): number[] => {
  const found = new Array<number>(count).fill(0);
  for (const index of table) found[index]! += 1;
  return found;
};

test('sizes are primes', () => {
  for (const size of MAGLEV_SIZES) {
    for (let divisor = 2; divisor * divisor <= size; divisor++) expect(size % divisor).not.toBe(0);
  }
});

test('nobody is nothing, one is everything', () => {
  expect(maglevTable([], 251)).toHaveLength(0);
  expect(new Set(maglevTable(names(1), 251))).toEqual(new Set([0]));
});

test('the order of the names makes no difference', () => {
  const [forth, back] = [names(7), names(7).reverse()];
  const named = (list: string[]) => [...maglevTable(list, 1021)].map((index) => list[index]);
  expect(named(back)).toEqual(named(forth));
});

describe.each([5, 10, 40])('%i backends', (count) => {
  test('have the same share, but for a hundredth of it', () => {
    const found = shares(maglevTable(names(count), 16_381), count);
    expect(Math.max(...found) / Math.min(...found)).toBeLessThan(1.01);
  });

  test('less one: of the entries that it did not have, few change', () => {
    const all = names(count);
    const before = maglevTable(all, 16_381);
    const less = all.slice(0, -1);
    const after = maglevTable(less, 16_381);
    const moved = [...before].filter(
      (index, entry) => index !== count - 1 && all[index] !== less[after[entry]!],
    );
    expect(moved.length / before.length).toBeLessThan(0.03);
  });
});
