import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr, type Family } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { MemoryStore } from '../log/memory-store.ts';
import { type Allocation, HostAllocator } from './host-allocator.ts';
import type { HostRecord } from './host-record.ts';

const COOLDOWN = 100;
const CIDRS = ['10.0.0.0/29', 'fd00::/125', '10.0.1.0/30', 'fd00:1::/126'].map((text) =>
  Cidr.parseExact(text),
);

/** What is on the disk, or in memory: who holds what, and which address was released when. */
interface State {
  readonly leases: Map<string, readonly string[]>;
  readonly released: Map<string, number>;
}

type Waiting = {
  readonly op: 'alloc' | 'free';
  readonly owner: string;
  readonly ips: readonly string[];
  readonly at: number;
};

/** The allocator beside the plainest model of it: sets, scans, and no hurry. */
class Bench {
  readonly families: readonly Family[];
  now = 1_000_000;
  /** Numbers of the CIDRs that the node has. */
  readonly present = new Set([0, 1]);
  memory: State = { leases: new Map(), released: new Map() };
  disk: State = { leases: new Map(), released: new Map() };
  waiting: Waiting[] = [];
  store = new MemoryStore<HostRecord>({ auto: false });
  allocator!: HostAllocator;

  constructor(families: readonly Family[]) {
    this.families = families;
  }

  async start(): Promise<void> {
    const { families, store } = this;
    this.allocator = await HostAllocator.open({ families, store, cooldownMs: COOLDOWN, now: () => this.now });
    this.grow(this.present);
  }

  grow(numbers: Iterable<number>): void {
    for (const number of numbers) this.present.add(number);
    this.allocator.grow(this.cidrs());
  }

  cidrs(): Cidr[] {
    const here = CIDRS.filter((_, number) => this.present.has(number));
    return here.filter(({ family }) => this.families.includes(family));
  }

  shrink(number: number): void {
    const cidr = CIDRS[number]!;
    if (!this.cidrs().includes(cidr)) return;
    const inside = new Set(usable(cidr));
    const isCooling = (at: number) => at + COOLDOWN > this.now;
    const used = [...this.memory.leases.values()].flat().some((ip) => inside.has(ip));
    const cooling = [...this.memory.released].some(([ip, at]) => inside.has(ip) && isCooling(at));
    const outcome = attempt(() => this.allocator.shrink(cidr));
    expect(outcome).toBe(used || cooling ? 'cidr-in-use' : undefined);
    if (used || cooling) return;
    this.present.delete(number);
    for (const ip of inside) this.memory.released.delete(ip);
  }

  /** Usable addresses of a family that nobody holds, and which of them are not cooling. */
  candidates(family: Family): { known: boolean; left: string[]; ready: string[] } {
    const held = new Set([...this.memory.leases.values()].flat());
    const all = this.cidrs()
      .filter((cidr) => cidr.family === family)
      .flatMap(usable);
    const left = all.filter((ip) => !held.has(ip));
    return {
      known: all.length > 0,
      left,
      ready: left.filter((ip) => (this.memory.released.get(ip) ?? -Infinity) + COOLDOWN <= this.now),
    };
  }

  allocate(owner: string): void {
    const outcome = attempt(() => this.allocator.allocate({ containerId: owner, ifname: 'eth0' }));
    if (this.waiting.some((one) => one.op === 'free' && one.owner === owner)) {
      expect(outcome).toBe('owner-busy');
      return;
    }
    const known = this.memory.leases.get(owner);
    if (known) {
      expect(outcome).toMatchObject({ existing: true });
      expect((outcome as Allocation).lease.ips.map(String)).toEqual(known);
      return;
    }
    const choices = this.families.map((family) => this.candidates(family));
    const short = choices.find(({ ready }) => ready.length === 0);
    if (short) {
      expect(outcome).toBe(
        !short.known ? 'pool-not-on-node' : short.left.length > 0 ? 'cooldown' : 'pool-full',
      );
      // The other family's address went out and came back: it is free, and its release forgotten.
      return;
    }
    const ips = (outcome as Allocation).lease.ips.map(String);
    expect(ips).toHaveLength(choices.length);
    for (const [i, { ready }] of choices.entries()) expect(ready).toContain(ips[i]);
    if (this.families.length === 1) this.#expectOldest(ips[0]!, choices[0]!.ready);
    this.memory.leases.set(owner, ips);
    for (const ip of ips) this.memory.released.delete(ip);
    this.waiting.push({ op: 'alloc', owner, ips, at: this.now });
  }

  /** Never used before released, and of the released ones the one released first. */
  #expectOldest(ip: string, ready: readonly string[]): void {
    const age = (one: string) => this.memory.released.get(one) ?? -Infinity;
    for (const other of ready) expect(age(ip), `${ip} before ${other}`).toBeLessThanOrEqual(age(other));
  }

  release(owner: string): void {
    const pending = this.waiting.some((one) => one.owner === owner);
    const ips = this.memory.leases.get(owner);
    if (pending) return; // Has a test of its own.
    void this.allocator.release({ containerId: owner, ifname: 'eth0' }).catch(() => {});
    if (ips) this.waiting.push({ op: 'free', owner, ips, at: this.now });
  }

  async flush(count: number): Promise<void> {
    const done = this.waiting.splice(0, count);
    this.store.flush(done.length);
    await settled();
    for (const one of done) {
      apply(this.disk, one, one.at);
      if (one.op === 'free') apply(this.memory, one, this.now);
    }
  }

  async fail(): Promise<void> {
    this.store.fail();
    await settled();
    for (const { op, owner } of this.waiting.splice(0)) if (op === 'alloc') this.memory.leases.delete(owner);
  }

  async crash(): Promise<void> {
    this.waiting = [];
    this.memory = { leases: new Map(this.disk.leases), released: new Map(this.disk.released) };
    this.store = new MemoryStore({ durable: this.store.durable, auto: false });
    await this.start();
  }

  compact(): void {
    this.store.compact();
    this.disk = { leases: this.disk.leases, released: new Map(this.memory.released) };
  }

  check(): void {
    const leases = Array.from(this.allocator.leases(), ({ owner, ips }) => [
      owner.containerId,
      ips.map(String),
    ]);
    expect(new Map(leases as [string, string[]][])).toEqual(this.memory.leases);
    const held = [...this.memory.leases.values()].flat();
    expect(new Set(held).size).toBe(held.length);
    for (const { family, capacity, used, cooling, free } of this.allocator.stats()) {
      const { left, ready } = this.candidates(family);
      expect({ capacity, used, cooling, free }).toEqual({
        capacity: this.cidrs()
          .filter((cidr) => cidr.family === family)
          .flatMap(usable).length,
        used: capacity - left.length,
        cooling: left.length - ready.length,
        free: ready.length,
      });
    }
  }
}

const owners = Array.from({ length: 12 }, (_, i) => `c${i}`);
const owner = fc.constantFrom(...owners);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('allocate' as const), owner }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), owner }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('flush' as const), count: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 3, 20, 49, 99) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fail', 'crash', 'compact') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('grow' as const, 'shrink' as const),
      number: fc.nat({ max: CIDRS.length - 1 }),
    }),
  },
);

describe('HostAllocator against a plain model', () => {
  it.each<{ families: readonly Family[] }>([
    { families: ['ipv4'] },
    { families: ['ipv6'] },
    { families: ['ipv4', 'ipv6'] },
  ])('should never lose an address, give one twice or too early: $families', async ({ families }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), async (steps) => {
        const bench = new Bench(families);
        await bench.start();
        for (const one of steps) {
          if (one.do === 'allocate') bench.allocate(one.owner);
          else if (one.do === 'release') bench.release(one.owner);
          else if (one.do === 'flush') await bench.flush(one.count);
          else if (one.do === 'wait') bench.now += one.ms;
          else if (one.do === 'grow') bench.grow([one.number]);
          else if (one.do === 'shrink') bench.shrink(one.number);
          else await bench[one.do as 'fail' | 'crash' | 'compact']();
          bench.check();
        }
      }),
      { numRuns: 80 },
    );
  });
});

function usable(cidr: Cidr): string[] {
  const last = Number(cidr.size) - (cidr.family === 'ipv4' ? 1 : 0);
  return Array.from({ length: last - 1 }, (_, i) => cidr.address(i + 1).toString());
}

function apply(state: State, { op, owner, ips }: Waiting, at: number): void {
  for (const ip of ips) {
    if (op === 'alloc') state.released.delete(ip);
    else state.released.set(ip, at);
  }
  if (op === 'alloc') state.leases.set(owner, ips);
  else state.leases.delete(owner);
}

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof IpamError) return error.code;
    throw error;
  }
}

/** Until every continuation of what just resolved has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
