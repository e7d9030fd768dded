import { expect, test } from 'vitest';
import { IdPool } from './id-pool.ts';

test('numbers are given out in turn, and a freed one rests', () => {
  const pool = new IdPool(4);
  expect([pool.allocate(), pool.allocate()]).toEqual([1, 2]);
  pool.free(1);
  expect([pool.allocate(), pool.allocate()]).toEqual([3, 4]);
  expect(() => pool.allocate()).toThrow('Expected a free number up to 4, got none');
  pool.release(new Set([1]));
  expect(() => pool.allocate()).toThrow(RangeError);
  pool.release(new Set());
  expect(pool.allocate()).toBe(1);
});

test('what an earlier agent used, and what flows refer to, is not given out', () => {
  const pool = new IdPool(4);
  pool.adopt(1);
  pool.rest(1);
  pool.rest(3);
  expect([...pool.resting]).toEqual([3]);
  expect([pool.allocate(), pool.allocate()]).toEqual([4, 2]);
});

test('freeing what is not used is nothing', () => {
  const pool = new IdPool();
  pool.free(7);
  expect(pool.resting.size).toBe(0);
});
