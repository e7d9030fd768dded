import { describe, expect, it } from 'vitest';
import { Cidr, type Family, Ip } from '../../ip/index.ts';
import { MemoryStore } from '../log/memory-store.ts';
import { HostAllocator } from './host-allocator.ts';
import type { HostRecord } from './host-record.ts';

interface Setup {
  families?: readonly Family[];
  cidrs?: readonly string[];
  store?: MemoryStore<HostRecord>;
  cooldownMs?: number;
  now?: () => number;
}

async function open({ cidrs = ['10.0.0.0/24'], ...rest }: Setup = {}): Promise<HostAllocator> {
  const options = {
    families: ['ipv4'] as const,
    store: new MemoryStore<HostRecord>(),
    cooldownMs: 0,
    ...rest,
  };
  const allocator = await HostAllocator.open(options);
  allocator.grow(cidrs.map((text) => Cidr.parseExact(text)));
  return allocator;
}

const owner = (n: number) => ({ containerId: `c${n}`, ifname: 'eth0', pod: `default/p${n}` });
const ips = (texts: readonly string[]) => texts.map((text) => Ip.parse(text));

/** Allocates for `count` owners from `from` on and gives the addresses as text. */
function fill(allocator: HostAllocator, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => allocator.allocate(owner(from + i)).lease.ips.join(' '));
}

describe('HostAllocator', () => {
  it('should hold 254 pods in a /24', async () => {
    const allocator = await open();
    const given = fill(allocator, 0, 254);
    expect([given[0], given.at(-1), new Set(given).size]).toEqual(['10.0.0.1', '10.0.0.254', 254]);
    expect(() => allocator.allocate(owner(254))).toThrow(
      expect.objectContaining({
        code: 'pool-full',
        failure: 'pool-full',
        message: 'no ipv4 address left in 10.0.0.0/24',
      }),
    );
  });

  it('should go on in the next CIDR when one is full', async () => {
    const allocator = await open({ cidrs: ['10.0.0.0/30', '10.9.0.0/30'] });
    expect(fill(allocator, 0, 4)).toEqual(['10.0.0.1', '10.0.0.2', '10.9.0.1', '10.9.0.2']);
  });

  it('should reuse the address that was released the longest ago', async () => {
    const allocator = await open({ cidrs: ['10.0.0.0/29'] });
    fill(allocator, 0, 6);
    for (const n of [4, 1, 3]) await allocator.release(owner(n));
    expect(fill(allocator, 10, 3)).toEqual(['10.0.0.5', '10.0.0.2', '10.0.0.4']);
  });

  it('should say how long the cooldown lasts when nothing else is left', async () => {
    let now = 5000;
    const allocator = await open({ cidrs: ['10.0.0.0/30'], cooldownMs: 300, now: () => now });
    fill(allocator, 0, 2);
    await allocator.release(owner(0));
    now += 100;
    expect(() => allocator.allocate(owner(2))).toThrow(
      expect.objectContaining({
        code: 'cooldown',
        failure: 'cooldown',
        message: '1 ipv4 addresses left, all cooling down: the first for 200 ms more',
      }),
    );
    expect(() => allocator.allocate(owner(2), ips(['10.0.0.1']))).toThrow(
      expect.objectContaining({ code: 'cooldown' }),
    );
    expect(allocator.stats()).toEqual([{ family: 'ipv4', capacity: 2, used: 1, cooling: 1, free: 0 }]);
    now += 200;
    expect(fill(allocator, 2, 1)).toEqual(['10.0.0.1']);
  });

  it('should refuse with a class of its own before the node has a CIDR', async () => {
    const allocator = await open({ families: ['ipv4', 'ipv6'] });
    expect(() => allocator.allocate(owner(0))).toThrow(
      expect.objectContaining({ failure: 'pool-not-on-node', message: 'node has no ipv6 CIDR yet' }),
    );
    expect(allocator.stats()[0]).toMatchObject({ used: 0, free: 254 });
    allocator.grow([Cidr.parseExact('fd00::/112')]);
    expect(allocator.allocate(owner(0)).lease.ips.map(String)).toEqual(['10.0.0.2', 'fd00::1']);
  });

  it('should give an owner the same addresses again', async () => {
    const allocator = await open();
    const first = allocator.allocate(owner(0));
    const again = allocator.allocate(owner(0), first.lease.ips);
    expect([again.existing, again.lease]).toEqual([true, first.lease]);
    expect(() => allocator.allocate(owner(0), ips(['10.0.0.9']))).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        message: 'c0/eth0 holds 10.0.0.1, requested 10.0.0.9',
      }),
    );
    expect(allocator.allocate({ ...owner(0), ifname: 'net1' }).existing).toBe(false);
  });

  it('should give requested addresses, those far out in an IPv6 prefix too', async () => {
    const allocator = await open({ families: ['ipv4', 'ipv6'], cidrs: ['10.0.0.0/24', 'fd00::/64'] });
    const far = 'fd00::ffff:ffff:ffff:fffe';
    const wanted = ips([far, '10.0.0.77']);
    expect(allocator.allocate(owner(0), wanted).lease.ips.map(String)).toEqual(['10.0.0.77', far]);
    expect(() => allocator.allocate(owner(1), ips([far]))).toThrow(
      expect.objectContaining({ code: 'address-taken' }),
    );
    await allocator.release(owner(0));
    expect(allocator.allocate(owner(1), ips([far])).lease.ips.map(String)).toEqual(['10.0.0.2', far]);
    expect(allocator.leaseOf(Ip.parse(far))?.owner).toEqual(owner(1));
  });

  it.each(['10.0.0.0', '10.0.0.255', '10.0.1.1'])('should refuse %s, which no pod can have', async (text) => {
    const allocator = await open();
    expect(() => allocator.allocate(owner(0), ips([text]))).toThrow(
      expect.objectContaining({ code: 'address-outside' }),
    );
  });

  it('should refuse two addresses of a family, and one of a family it does not have', async () => {
    const allocator = await open();
    for (const wanted of [['10.0.0.1', '10.0.0.2'], ['fd00::1']]) {
      expect(() => allocator.allocate(owner(0), ips(wanted))).toThrow(
        expect.objectContaining({ code: 'request-invalid' }),
      );
    }
    expect(allocator.stats()[0]).toMatchObject({ used: 0, free: 254 });
  });

  it('should release once, and let a release wait for the allocation before it', async () => {
    const store = new MemoryStore<HostRecord>({ auto: false });
    const allocator = await open({ store });
    allocator.allocate(owner(0));
    const releases = [allocator.release(owner(0)), allocator.release(owner(0))];
    store.flush();
    await new Promise(setImmediate);
    expect(() => allocator.allocate(owner(0))).toThrow(expect.objectContaining({ code: 'owner-busy' }));
    store.flush();
    const [one, other] = await Promise.all(releases);
    expect([one?.owner, other]).toEqual([owner(0), one]);
    expect(await allocator.release(owner(0))).toBeUndefined();
    expect(store.durable.map(({ op }) => op)).toEqual(['alloc', 'free']);
  });

  it('should undo an allocation, and keep a lease, when the store refuses', async () => {
    const store = new MemoryStore<HostRecord>({ auto: false });
    const allocator = await open({ store, cidrs: ['10.0.0.0/30'] });
    const kept = allocator.allocate(owner(0));
    store.flush();
    await kept.durable;
    const refused = allocator.allocate(owner(1));
    const release = allocator.release(owner(0));
    store.fail();
    await expect(refused.durable).rejects.toMatchObject({ code: 'log-failed', failure: 'other' });
    await expect(release).rejects.toMatchObject({ code: 'log-failed' });
    expect([...allocator.leases()]).toEqual([kept.lease]);
    expect(fill(allocator, 2, 1)).toEqual(['10.0.0.2']);
  });

  it('should know leases and cooldowns from before, in CIDRs that come later', async () => {
    let now = 1000;
    const first = new MemoryStore<HostRecord>();
    const before = await open({ store: first, cidrs: ['10.0.0.0/30'], now: () => now });
    fill(before, 0, 2);
    await before.release(owner(0));
    now += 10;
    const store = new MemoryStore({ durable: first.durable });
    const after = await open({ store, cidrs: [], cooldownMs: 300, now: () => now });
    expect(after.lease(owner(1))).toMatchObject({ owner: owner(1), since: 1000 });
    after.grow([Cidr.parseExact('10.0.0.0/30')]);
    expect(after.stats()).toEqual([{ family: 'ipv4', capacity: 2, used: 1, cooling: 1, free: 0 }]);
    expect(() => after.allocate(owner(3))).toThrow(expect.objectContaining({ code: 'cooldown' }));
  });

  it('should forget a lease outside its CIDRs without handing the address out', async () => {
    const first = new MemoryStore<HostRecord>();
    fill(await open({ store: first, cidrs: ['10.7.0.0/30'] }), 0, 1);
    const after = await open({ store: new MemoryStore({ durable: first.durable }), cidrs: ['10.0.0.0/30'] });
    expect(await after.release(owner(0))).toMatchObject({ ips: [Ip.parse('10.7.0.1')] });
    expect(fill(after, 1, 2)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('should take the list of its CIDRs again and again, but none that overlaps', async () => {
    const allocator = await open();
    allocator.grow([Cidr.parseExact('10.0.0.0/24'), Cidr.parseExact('10.0.1.0/24')]);
    expect(allocator.cidrs.join(' ')).toBe('10.0.0.0/24 10.0.1.0/24');
    expect(() => allocator.grow([Cidr.parseExact('10.0.0.0/16')])).toThrow(
      expect.objectContaining({
        code: 'cidr-collision',
        message: 'requested CIDR 10.0.0.0/16 collides with 10.0.0.0/24',
      }),
    );
  });

  it('should refuse a log that gives one address to two owners', async () => {
    const record = { op: 'alloc', if: 'eth0', ips: ['10.0.0.1'], at: 1 } as const;
    const store = new MemoryStore<HostRecord>({
      durable: [
        { ...record, id: 'a' },
        { ...record, id: 'b' },
      ],
    });
    await expect(open({ store })).rejects.toMatchObject({
      code: 'log-corrupt',
      message: 'allocation log gives 10.0.0.1 to b/eth0 while a/eth0 holds it',
    });
  });
});
