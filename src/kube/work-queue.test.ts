import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WorkQueue } from './work-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('WorkQueue', () => {
  test('runs a key once for many adds before it', async () => {
    const runs: string[] = [];
    await using queue = new WorkQueue((key) => void runs.push(key));
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(runs).toEqual([]);
    await queue.idle();
    expect(runs).toEqual(['a', 'b']);
  });

  test('never runs a key twice at once, and once more when it was added while it ran', async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    let running = 0;
    let most = 0;
    await using queue = new WorkQueue(
      async () => {
        most = Math.max(most, ++running);
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
        running--;
      },
      { concurrency: 4 },
    );
    queue.add('a');
    await vi.advanceTimersByTimeAsync(0);
    queue.add('a');
    queue.add('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(gates).toHaveLength(1);
    gates[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(gates).toHaveLength(2);
    gates[1]?.resolve();
    await queue.idle();
    expect(most).toBe(1);
  });

  test('keeps to its concurrency', async () => {
    let running = 0;
    let most = 0;
    await using queue = new WorkQueue(
      async () => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
      },
      { concurrency: 3 },
    );
    for (let index = 0; index < 20; index++) queue.add(`key-${index}`);
    await queue.idle();
    expect(most).toBe(3);
  });

  test('tries again after a failure, waiting longer each time, and forgets failures after a success', async () => {
    const failures: number[] = [];
    let left = 3;
    await using queue = new WorkQueue(
      () => {
        if (left-- > 0) throw new Error('not yet');
      },
      { retryBase: 100, onError: (_error, _key, count) => failures.push(count) },
    );
    queue.add('a');
    await vi.advanceTimersByTimeAsync(79);
    expect(failures).toEqual([1]);
    await vi.advanceTimersByTimeAsync(21);
    expect(failures).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(600);
    expect(failures).toEqual([1, 2, 3]);
    left = 1;
    queue.add('a');
    await vi.advanceTimersByTimeAsync(1);
    expect(failures).toEqual([1, 2, 3, 1]);
    await vi.runAllTimersAsync();
    await queue.idle();
  });

  test('of several waits the shortest counts', async () => {
    const runs: string[] = [];
    await using queue = new WorkQueue((key) => void runs.push(key));
    queue.addAfter('a', 1000);
    queue.addAfter('a', 100);
    queue.addAfter('a', 500);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(2000);
    expect(runs).toEqual(['a']);
  });

  test('drops what waits when it is disposed of', async () => {
    const runs: string[] = [];
    {
      await using queue = new WorkQueue((key) => void runs.push(key));
      queue.add('a');
      queue.addAfter('b', 10);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toEqual([]);
  });
});
