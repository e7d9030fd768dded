import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { monotonicNs } from './clock.ts';
import { RemoteClock } from './remote-clock.ts';

const AHEAD_NS = 5e12;

test('an instant of another machine is ours within the bound that half a round trip gives', async () => {
  using clock = await RemoteClock.open(async () => {
    await sleep(1);
    const theirs = monotonicNs() + AHEAD_NS;
    await sleep(1);
    return theirs;
  });
  const [before, theirs, after] = [monotonicNs(), monotonicNs() + AHEAD_NS, monotonicNs()];
  expect(clock.errorNs).toBeGreaterThan(0);
  expect(clock.shift(theirs)).toBeGreaterThanOrEqual(before - clock.errorNs);
  expect(clock.shift(theirs)).toBeLessThanOrEqual(after + clock.errorNs);
});

test('a machine that does not answer has no clock', async () => {
  await expect(RemoteClock.open(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
});
