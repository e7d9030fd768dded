import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cidr, Ip } from '../ip/index.ts';
import { AddressQueue } from './address-queue.ts';
import { type Allocation, HostAllocator } from './host/host-allocator.ts';
import type { HostRecord } from './host/host-record.ts';
import { MemoryStore } from './log/memory-store.ts';

const owner = (name: string) => ({ containerId: name, ifname: 'eth0' });

/** Two addresses, both taken by `a` and `b`, and who was told that there are none. */
async function fullNode({ waitMs = 1000, cooldownMs = 0 } = {}) {
  const store = new MemoryStore<HostRecord>();
  const now = () => Date.now();
  const source = await HostAllocator.open({ families: ['ipv4'], store, cooldownMs, now });
  source.grow([Cidr.parseExact('10.0.0.0/30')]);
  const short: string[] = [];
  const queue = new AddressQueue({
    source,
    waitMs,
    onShortage: ({ containerId }) => short.push(containerId),
  });
  for (const name of ['a', 'b']) await queue.allocate(owner(name));
  const served: string[] = [];
  const ask = (name: string): Promise<Allocation> => {
    const asked = Promise.resolve(queue.allocate(owner(name)));
    asked.then(({ lease }) => served.push(`${name} ${lease.ips}`)).catch(() => {});
    return asked;
  };
  return { source, queue, short, served, ask };
}

describe('AddressQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('should serve at once while there are addresses, and an owner that has some always', async () => {
    const { queue, short } = await fullNode();
    expect(await queue.allocate(owner('a'))).toMatchObject({ existing: true });
    expect([short, queue.length]).toEqual([[], 0]);
  });

  it('should give what is released to those who wait, in the order in which they came', async () => {
    const { queue, served, short, ask } = await fullNode();
    for (const name of ['c', 'd', 'e']) void ask(name).catch(() => {});
    expect([short, queue.length]).toEqual([['c', 'd', 'e'], 3]);
    await queue.release(owner('b'));
    await queue.release(owner('a'));
    expect(served).toEqual(['c 10.0.0.2', 'd 10.0.0.1']);
    expect(await queue.allocate(owner('c'))).toMatchObject({ existing: true });
    // Nobody overtakes, though an address may be free for an instant.
    void ask('f').catch(() => {});
    await queue.release(owner('c'));
    expect(served.at(-1)).toBe('e 10.0.0.2');
    queue[Symbol.dispose]();
  });

  it('should refuse when the wait is over, with the reason of the source', async () => {
    const { queue, ask } = await fullNode();
    const refused = expect(ask('c')).rejects.toMatchObject({ code: 'pool-full' });
    await vi.advanceTimersByTimeAsync(999);
    expect(queue.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect(queue.length).toBe(0);
    await queue.release(owner('a'));
    expect(await queue.allocate(owner('d'))).toMatchObject({ existing: false });
  });

  it('should refuse at once when it is not to wait, and say who was refused', async () => {
    const { queue, short } = await fullNode({ waitMs: 0 });
    expect(() => queue.allocate(owner('c'))).toThrow(expect.objectContaining({ code: 'pool-full' }));
    expect(short).toEqual(['c']);
  });

  it('should serve when a cooldown ends', async () => {
    const { queue, served, ask } = await fullNode({ cooldownMs: 300 });
    await queue.release(owner('b'));
    void ask('c');
    await vi.advanceTimersByTimeAsync(100);
    await queue.release(owner('a'));
    void ask('d');
    await vi.advanceTimersByTimeAsync(199);
    expect(served).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toEqual(['c 10.0.0.2']);
    await vi.advanceTimersByTimeAsync(100);
    expect(served).toEqual(['c 10.0.0.2', 'd 10.0.0.1']);
  });

  it('should serve when a CIDR comes', async () => {
    const { source, queue, served, ask } = await fullNode();
    for (const name of ['c', 'd']) void ask(name);
    source.grow([Cidr.parseExact('10.0.1.0/30')]);
    queue.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['c 10.0.1.1', 'd 10.0.1.2']);
  });

  it('should not let anybody wait for an address by name', async () => {
    const { queue } = await fullNode({ cooldownMs: 300 });
    await queue.release(owner('b'));
    const wanted = [Ip.parse('10.0.0.2')];
    expect(() => queue.allocate(owner('c'), wanted)).toThrow(expect.objectContaining({ code: 'cooldown' }));
  });

  it('should refuse all who wait at its end', async () => {
    const { queue, ask } = await fullNode();
    const refused = ['c', 'd'].map((name) => expect(ask(name)).rejects.toMatchObject({ code: 'pool-full' }));
    queue[Symbol.dispose]();
    await Promise.all(refused);
    expect([queue.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
