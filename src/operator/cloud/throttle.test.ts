import { expect, it } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { Throttle } from './throttle.ts';

type Answer = 'taken' | { readonly rateLimited: number };

/** A throttle with `count` requests in it; `begun` counts those under way or done, `answer` ends the oldest. */
function setUp(count: number) {
  const clock = new ManualClock();
  const throttle = new Throttle(clock);
  const open: ((answer: Answer) => void)[] = [];
  const state = { begun: 0, failed: 0 };
  const request = () => {
    state.begun++;
    return new Promise<Answer>((resolve) => open.push(resolve));
  };
  for (let i = 0; i < count; i++) throttle.run(request).catch(() => state.failed++);
  const answer = async (...answers: Answer[]) => {
    for (const each of answers) open.shift()!(each);
    await settled();
  };
  return { clock, throttle, state, answer };
}

it('should let 30 requests go at a time', async () => {
  const { state, answer } = setUp(40);
  await settled();
  expect(state.begun).toBe(30);
  await answer('taken', 'taken');
  expect(state.begun).toBe(32);
});

it('should let none go before the time that a refusal names, and fewer from then on', async () => {
  const { clock, state, answer } = setUp(60);
  await settled();
  // All 30 are refused one after the other: 15, 7, 3, 1 at a time.
  await answer(...Array.from({ length: 30 }, () => ({ rateLimited: 50 })));
  expect(state.begun).toBe(30);
  await clock.advance(49);
  expect(state.begun).toBe(30);
  await clock.advance(1);
  expect(state.begun).toBe(31);
  await answer('taken');
  expect(state.begun).toBe(33);
  await answer('taken', 'taken');
  expect(state.begun).toBe(37);
});

it('should fail what waits for its turn when it is disposed of', async () => {
  const { throttle, state } = setUp(40);
  await settled();
  throttle[Symbol.dispose]();
  await settled();
  expect(state).toEqual({ begun: 30, failed: 10 });
});
