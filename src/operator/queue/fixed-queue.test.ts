import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { FixedQueue } from './fixed-queue.ts';

/** A queue whose workers end when told to; `decided` and `worked` have items in their order. */
function setUp({ length = 5000, workers = 30 } = {}) {
  const clock = new ManualClock();
  const decided: number[] = [];
  const worked: number[] = [];
  const ends: (() => void)[] = [];
  const work = (item: number) => {
    worked.push(item);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const queue = new FixedQueue<number>(work, { length, workers, clock, onError: () => {} });
  const handle = (item: number) =>
    queue.handle(() => {
      decided.push(item);
      return item;
    });
  return { clock, decided, worked, ends, queue, handle };
}

describe('FixedQueue', () => {
  it('should let events wait undecided while 30 are worked on and 5,000 queued', async () => {
    const { queue, decided, worked, ends, handle } = setUp();
    for (let i = 0; i < 6000; i++) handle(i);
    // The one more is decided, and its event waits for room.
    expect(decided).toHaveLength(5001);
    await settled();
    expect([worked.length, decided.length, queue.depth]).toEqual([30, 5031, 5970]);
    ends.shift()!();
    await settled();
    expect([worked.length, decided.length]).toEqual([31, 5032]);
    while (worked.length < 6000 || ends.length > 0) {
      for (const end of ends.splice(0)) end();
      await settled();
    }
    await queue.idle();
    expect(decided).toEqual(Array.from({ length: 6000 }, (_, i) => i));
    expect(worked).toEqual(decided);
  });

  it('should put nothing in for an event that decides so', async () => {
    const { queue, worked } = setUp();
    queue.handle(() => undefined);
    await queue.idle();
    expect(worked).toEqual([]);
  });

  it('should put an item back after its time', async () => {
    const { queue, clock, worked, ends } = setUp();
    queue.retryAfter(7, 250);
    await clock.advance(249);
    expect([worked, queue.delayed]).toEqual([[], 1]);
    await clock.advance(1);
    expect([worked, queue.delayed]).toEqual([[7], 0]);
    ends[0]!();
    await queue.idle();
  });

  it('should tell of work that throws, and go on', async () => {
    const errors: unknown[] = [];
    const fail = () => Promise.reject(new Error('no'));
    const queue = new FixedQueue<number>(fail, {
      length: 1,
      workers: 1,
      onError: ({ error }) => errors.push(error),
    });
    for (const item of [1, 2, 3]) queue.handle(() => item);
    await queue.idle();
    expect(errors).toHaveLength(3);
  });
});
