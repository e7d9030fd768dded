import { expect, test } from 'vitest';
import { StartRate } from './start-rate.ts';

const SECOND = 1e9;

test('the rate is that of the last ten seconds', () => {
  const rate = new StartRate(0);
  expect(rate.next(1 * SECOND, 2)).toBe(2);
  expect(rate.next(2 * SECOND, 2)).toBe(1);
  for (let second = 3; second <= 20; second++) rate.next(second * SECOND, 2);
  expect(rate.next(21 * SECOND, 12)).toBe(1);
  expect(rate.last).toBe(10);
  expect(rate.next(31 * SECOND, 12)).toBe(0);
  expect(rate.last).toBe(0);
});

test('two looks at one instant are no rate', () => {
  expect(new StartRate(5).next(5, 3)).toBe(0);
});
