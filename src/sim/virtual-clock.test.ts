import { expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

it('should call back at its instant, in order, and let work in microtasks be done before time goes on', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const note = (name: string): void => void seen.push(`${name}@${clock.now()}`);
  clock.after(20, () => note('b'));
  clock.after(10, async () => {
    note('a');
    await Promise.resolve();
    await Promise.resolve();
    clock.after(5, () => note('a2'));
  });
  clock.after(20, () => note('c'));
  clock.after(15, () => note('never'))();
  await clock.advance(100e6);
  expect(seen).toEqual(['a@10', 'a2@15', 'b@20', 'c@20']);
  expect(clock.now()).toBe(100);
});

it('should call nothing back that lies ahead', async () => {
  const clock = new VirtualClock();
  let called = false;
  clock.after(10, () => {
    called = true;
  });
  await clock.advance(9e6);
  expect([called, clock.next]).toEqual([false, 10e6]);
});
