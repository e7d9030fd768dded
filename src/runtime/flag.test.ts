import { afterEach, expect, test, vi } from 'vitest';
import { Flag, pause } from './flag.ts';

afterEach(() => vi.useRealTimers());

test('listeners are told once, late ones at once, those taken back never', () => {
  const flag = new Flag();
  const told: string[] = [];
  flag.onRaise(() => told.push('early'));
  flag.onRaise(() => told.push('taken back'))();
  flag.raise();
  flag.raise();
  flag.onRaise(() => told.push('late'));
  expect(told).toEqual(['early', 'late']);
  expect(flag.isRaised).toBe(true);
});

test('a pause ends by its time, or by any of its flags', async () => {
  vi.useFakeTimers();
  let ended = false;
  void pause(100, new Flag()).then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(99);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toBe(true);
  const [a, b] = [new Flag(), new Flag()];
  const paused = pause(Infinity, a, b);
  b.raise();
  await paused;
  await pause(Infinity, a, b);
  expect(vi.getTimerCount()).toBe(0);
});

test('a pause leaves no listener behind', async () => {
  const flag = new Flag();
  const takenBack: number[] = [];
  const onRaise = flag.onRaise.bind(flag);
  flag.onRaise = (listener) => {
    const takeBack = onRaise(listener);
    return () => {
      takenBack.push(1);
      takeBack();
    };
  };
  await pause(1, flag);
  await Promise.resolve();
  expect(takenBack).toEqual([1]);
});
