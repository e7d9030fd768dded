import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { RateLimitedQueue } from './rate-limited-queue.ts';

/** A queue whose work fails for the items in `failing`; `seen` has each try as `item@ms`. */
function setUp({ workers = 1, maxRetries = Number.POSITIVE_INFINITY } = {}) {
  const clock = new ManualClock();
  const failing = new Set<string>();
  const seen: string[] = [];
  const work = async (item: string) => {
    seen.push(`${item}@${clock.now()}`);
    await Promise.resolve();
    if (failing.has(item)) throw new Error(item);
  };
  const queue = new RateLimitedQueue(work, { workers, maxRetries, clock, onError: () => {} });
  return { clock, failing, seen, queue };
}

describe('RateLimitedQueue', () => {
  it('should work on items in the order of their first adding, each once', async () => {
    const { queue, seen } = setUp();
    for (const item of ['a', 'b', 'a', 'c', 'b']) queue.add(item);
    await queue.idle();
    expect(seen).toEqual(['a@0', 'b@0', 'c@0']);
  });

  it('should work once more on what is added while it is worked on, behind what waits', async () => {
    const { queue, seen } = setUp();
    queue.add('a');
    queue.add('b');
    await Promise.resolve();
    for (const item of ['a', 'a']) queue.add(item);
    await queue.idle();
    expect(seen).toEqual(['a@0', 'b@0', 'a@0']);
  });

  it('should work on as many as there are workers', async () => {
    const clock = new ManualClock();
    let running = 0;
    const most: number[] = [];
    const work = async () => {
      most.push(++running);
      await settled();
      running--;
    };
    const queue = new RateLimitedQueue(work, { workers: 30, clock, onError: () => {} });
    for (let i = 0; i < 100; i++) queue.add(`n${i}`);
    await queue.idle();
    expect(Math.max(...most)).toBe(30);
    expect(most).toHaveLength(100);
  });

  it('should try again after 5, 10, 20 ms, and anew from 5 ms after a success', async () => {
    const { queue, clock, failing, seen } = setUp();
    failing.add('a');
    queue.add('a');
    await clock.advance(100);
    expect(seen).toEqual(['a@0', 'a@5', 'a@15', 'a@35', 'a@75']);
    failing.clear();
    await clock.advance(60);
    failing.add('a');
    queue.add('a');
    await clock.advance(10);
    expect(seen.slice(5)).toEqual(['a@155', 'a@160', 'a@165']);
  });

  it('should try at once what somebody adds, and keep the time of the next try', async () => {
    const { queue, clock, failing, seen } = setUp();
    failing.add('a');
    queue.add('a');
    await clock.advance(40);
    queue.add('a');
    await clock.advance(200);
    // The failure at 40 ms would put it off to 120 ms: 75 ms, which was set before, is earlier.
    expect(seen).toEqual(['a@0', 'a@5', 'a@15', 'a@35', 'a@40', 'a@75', 'a@235']);
  });

  it('should drop an item after its retries until it is added again', async () => {
    const { queue, clock, failing, seen } = setUp({ maxRetries: 2 });
    failing.add('a');
    queue.add('a');
    await clock.advance(1000);
    expect(seen).toEqual(['a@0', 'a@5', 'a@15']);
    queue.add('a');
    await clock.advance(1000);
    expect(seen.slice(3)).toEqual(['a@1000', 'a@1005', 'a@1015']);
  });

  it('should count waits, retries and what is there', async () => {
    const { queue, clock, failing } = setUp();
    failing.add('a');
    queue.add('a');
    queue.add('b');
    expect([queue.depth, queue.delayed]).toEqual([2, 0]);
    await queue.idle();
    expect([queue.depth, queue.delayed]).toEqual([0, 1]);
    const values = queue.metrics
      .families('x_', queue.depth, queue.delayed)
      .flatMap(({ name, samples }) => samples.map(({ suffix = '', value }) => `${name}${suffix} ${value}`));
    expect(values).toEqual(
      expect.arrayContaining([
        'x_queue_depth 0',
        'x_queue_delayed 1',
        'x_queue_retries_total 1',
        'x_queue_seconds_count 2',
      ]),
    );
    await queue[Symbol.asyncDispose]();
    await clock.advance(1000);
    expect(queue.delayed).toBe(0);
  });
});
