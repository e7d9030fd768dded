import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

test('no more than the limit run at once, the others in their order', async () => {
  const limiter = new Limiter(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = (n: number) =>
    limiter.run(async () => {
      begun.push(n);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return n;
    });
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  expect(await Promise.all(numbers.map(work))).toEqual(numbers);
  expect(begun).toEqual(numbers);
  expect(most).toBe(3);
});

test('work that fails gives its place back', async () => {
  const limiter = new Limiter(1);
  const failing = limiter.run(() => Promise.reject(new Error('no')));
  const next = limiter.run(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
