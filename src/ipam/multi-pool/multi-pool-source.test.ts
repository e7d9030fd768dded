import { describe, expect, it } from 'vitest';
import { Cidr, type Family, Ip } from '../../ip/index.ts';
import type { HostRecord } from '../host/host-record.ts';
import { MemoryStore } from '../log/memory-store.ts';
import { MultiPoolSource } from './multi-pool-source.ts';

const WARM = new Set(['default']);
const owner = (name: string) => ({ containerId: name, ifname: 'eth0', pod: `default/${name}` });
const cidr = (text: string) => Cidr.parseExact(text);

/** A source with time and stores of its own; `reopen` is what a crash leaves. */
class Bench {
  now = 1_000_000;
  readonly stores = new Map<string, MemoryStore<HostRecord>>();
  readonly families: readonly Family[];
  readonly cooldownMs: number;
  source!: MultiPoolSource;

  private constructor(families: readonly Family[], cooldownMs: number) {
    this.families = families;
    this.cooldownMs = cooldownMs;
  }

  static async start(
    pools: Readonly<Record<string, readonly string[]>>,
    { families = ['ipv4'] as readonly Family[], cooldownMs = 0 } = {},
  ): Promise<Bench> {
    const bench = new Bench(families, cooldownMs);
    await bench.reopen(pools);
    return bench;
  }

  async reopen(pools: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const { families, cooldownMs } = this;
    this.source = await MultiPoolSource.open({
      ...{ families, cooldownMs, preAllocate: 4, holdMs: 1000 },
      pools: [...this.stores.keys()],
      store: (pool) => {
        const store = new MemoryStore<HostRecord>({ durable: this.stores.get(pool)?.durable ?? [] });
        this.stores.set(pool, store);
        return store;
      },
      now: () => this.now,
    });
    for (const [pool, cidrs] of Object.entries(pools)) {
      await this.source.addPool(pool);
      this.source.grow(cidrs.map(cidr), pool);
    }
  }

  fill(pool: string, count: number, from = 0): string[] {
    return Array.from({ length: count }, (_, i) =>
      this.source.allocate(owner(`${pool}-${from + i}`), [], pool).lease.ips.join(' '),
    );
  }

  surplus(): string[] {
    return this.source.demand.surplus(WARM).map((each) => `${each.pool} ${each.cidr}`);
  }
}

describe('MultiPoolSource', () => {
  it('should give addresses of the pool that is named, and of the default where none is', async () => {
    const { source } = await Bench.start({ default: ['10.0.0.0/28'], red: ['10.1.0.0/28'] });
    expect(source.allocate(owner('a')).lease.ips.join()).toBe('10.0.0.1');
    const { lease } = source.allocate(owner('b'), [], 'red');
    expect(lease.ips.join()).toBe('10.1.0.1');
    expect(source.leaseOf(Ip.parse('10.1.0.1'))).toBe(lease);
    expect(source.cidrStats()).toMatchObject([
      { pool: 'default', capacity: 14, used: 1 },
      { pool: 'red', capacity: 14, used: 1 },
    ]);
    expect(source.stats()).toEqual([{ family: 'ipv4', capacity: 28, used: 2, cooling: 0, free: 26 }]);
  });

  it('should give an owner what it has, whatever pool it names then', async () => {
    const { source } = await Bench.start({ default: ['10.0.0.0/28'], red: ['10.1.0.0/28'] });
    source.allocate(owner('a'), [], 'red');
    expect(source.allocate(owner('a'))).toMatchObject({ existing: true });
    await source.release(owner('a'));
    expect([source.lease(owner('a')), [...source.leases()]]).toEqual([undefined, []]);
  });

  it('should say what is missing in the words that people search for', async () => {
    const bench = await Bench.start({ red: ['10.1.0.0/30'] }, { families: ['ipv4', 'ipv6'] });
    const missing = (pool: string, family: string) => ({
      code: 'pool-not-on-node',
      message: `unable to allocate from pool "${pool}" (family ${family}): pool not (yet) available`,
    });
    const ask = (pool: string) => () => bench.source.allocate(owner('a'), [], pool);
    expect(ask('blue')).toThrow(expect.objectContaining(missing('blue', 'ipv4')));
    expect(ask('red')).toThrow(expect.objectContaining(missing('red', 'ipv6')));
    const single = await Bench.start({ red: ['10.1.0.0/30'] });
    single.fill('red', 2);
    expect(() => single.fill('red', 1, 2)).toThrow(expect.objectContaining({ code: 'pool-full' }));
  });

  it('should know after a crash who has what, pool by pool', async () => {
    const pools = { default: ['10.0.0.0/28'], red: ['10.1.0.0/28'] };
    const bench = await Bench.start(pools);
    bench.fill('red', 3);
    bench.fill('default', 1);
    await bench.reopen(pools);
    expect(Array.from(bench.source.leases(), ({ ips }) => String(ips))).toEqual([
      '10.0.0.1',
      '10.1.0.1',
      '10.1.0.2',
      '10.1.0.3',
    ]);
    expect(bench.fill('red', 1, 3)).toEqual(['10.1.0.4']);
  });
});

describe('PoolDemand', () => {
  it('should want whole steps and one more of what is used, and nothing of what is not but the default', async () => {
    const bench = await Bench.start({ default: ['10.0.0.0/28'], red: ['10.1.0.0/28'] });
    const needs = () => bench.source.demand.needs(WARM).map(({ pool, needed }) => `${pool} ${needed.ipv4}`);
    expect(needs()).toEqual(['default 4']);
    bench.fill('red', 1);
    expect(needs()).toEqual(['default 4', 'red 8']);
    bench.fill('red', 3, 1);
    expect(needs()).toEqual(['default 4', 'red 8']);
    bench.fill('red', 1, 4);
    expect(needs()).toEqual(['default 4', 'red 12']);
    expect(bench.source.demand.short(WARM)).toEqual([]);
    bench.fill('red', 4, 5);
    expect(bench.source.demand.short(WARM)).toEqual(['red']);
  });

  it('should count a pod that waits once, until it is served, gone, or five minutes are over', async () => {
    const bench = await Bench.start({});
    const { demand } = bench.source;
    const needs = () => demand.needs(new Set()).map(({ pool, needed }) => `${pool} ${needed.ipv4}`);
    for (const container of ['first', 'second']) {
      demand.expect({ containerId: container, ifname: 'eth0', pod: 'default/a' }, 'red');
    }
    demand.expect(owner('b'), 'red');
    demand.expect(owner('c'), 'blue');
    expect(needs()).toEqual(['red 8', 'blue 8']);
    await bench.source.addPool('blue');
    bench.source.grow([cidr('10.2.0.0/28')], 'blue');
    bench.source.allocate(owner('c'), [], 'blue');
    demand.forgetPod('default/a');
    expect(needs()).toEqual(['red 8', 'blue 8']);
    bench.now += 5 * 60_000;
    expect(needs()).toEqual(['blue 8']);
  });

  it('should give a CIDR back when it has been of no use for a while, and keep one step in hand', async () => {
    const bench = await Bench.start({ red: ['10.1.0.0/29', '10.1.0.8/29', '10.1.0.16/29'] });
    bench.fill('red', 13);
    for (let n = 0; n < 12; n++) await bench.source.release(owner(`red-${n}`));
    // One is used, in the last CIDR: 8 are needed, and 4 more are kept.
    expect(bench.surplus()).toEqual([]);
    bench.now += 999;
    expect(bench.surplus()).toEqual([]);
    bench.now += 1;
    expect(bench.surplus()).toEqual(['red 10.1.0.8/29']);
    bench.source.shrink(cidr('10.1.0.8/29'), 'red');
    bench.now += 5000;
    expect(bench.surplus()).toEqual([]);
    await bench.source.release(owner('red-12'));
    expect(bench.surplus()).toEqual([]);
    bench.now += 1000;
    expect(bench.surplus()).toEqual(['red 10.1.0.16/29', 'red 10.1.0.0/29']);
  });

  it('should begin to count anew when a CIDR was used meanwhile', async () => {
    const bench = await Bench.start({ red: ['10.1.0.0/29'] });
    expect(bench.surplus()).toEqual([]);
    bench.now += 900;
    bench.fill('red', 1);
    expect(bench.surplus()).toEqual([]);
    await bench.source.release(owner('red-0'));
    expect(bench.surplus()).toEqual([]);
    bench.now += 900;
    expect(bench.surplus()).toEqual([]);
    bench.now += 100;
    expect(bench.surplus()).toEqual(['red 10.1.0.0/29']);
  });

  it('should keep a CIDR while an address of it cools down, and what the default keeps in hand', async () => {
    const bench = await Bench.start(
      { red: ['10.1.0.0/29'], default: ['10.0.0.0/29', '10.0.0.8/29'] },
      { cooldownMs: 3000 },
    );
    bench.fill('red', 1);
    await bench.source.release(owner('red-0'));
    bench.surplus();
    bench.now += 2000;
    expect(bench.surplus()).toEqual(['default 10.0.0.8/29']);
    expect(() => bench.source.shrink(cidr('10.1.0.0/29'), 'red')).toThrow(
      expect.objectContaining({ code: 'cidr-in-use' }),
    );
    bench.now += 1000;
    bench.surplus();
    bench.now += 1000;
    expect(bench.surplus()).toEqual(['red 10.1.0.0/29', 'default 10.0.0.8/29']);
  });
});
