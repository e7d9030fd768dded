import { expect, it } from 'vitest';
import { RetryLimiter } from './retry-limiter.ts';

it('should double the wait of an item from 5 ms to 1,000 s, and begin anew once it is forgotten', () => {
  let now = 0;
  const limiter = new RetryLimiter(() => now);
  const waits = Array.from({ length: 20 }, () => {
    // The bucket has always filled up again.
    now += 10_000;
    return limiter.when('a');
  });
  expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  expect(waits.slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
  expect(limiter.retriesOf('a')).toBe(20);
  limiter.forget('a');
  now += 10_000;
  expect([limiter.when('a'), limiter.when('b')]).toEqual([5, 5]);
});

it('should let 100 retries through at once and ten a second after that, whosever they are', () => {
  let now = 0;
  const limiter = new RetryLimiter(() => now);
  const waits = (count: number, round: string) =>
    Array.from({ length: count }, (_, i) => limiter.when(`${round}${i}`));
  expect(new Set(waits(100, 'first'))).toEqual(new Set([5]));
  expect(waits(3, 'second')).toEqual([100, 200, 300]);
  // Two of the three tokens that were lent have come in.
  now = 200;
  expect(waits(1, 'third')).toEqual([200]);
  // The bucket holds no more than it did.
  now = 3_600_000;
  expect(new Set(waits(100, 'fourth'))).toEqual(new Set([5]));
  expect(waits(1, 'fifth')).toEqual([100]);
});
