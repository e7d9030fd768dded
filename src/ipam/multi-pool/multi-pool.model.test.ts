import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr, usableSize } from '../../ip/index.ts';
import { readClusterPoolConfig } from '../cluster-pool/cluster-pool-config.ts';
import { MultiPool } from './multi-pool.ts';

const MASK = 28;
const POOLS = ['a', 'b'];
/** What each pool may have; which of these it has at the moment is up to the steps. */
const CIDRS: Readonly<Record<string, readonly string[]>> = {
  a: ['10.0.0.0/26', '10.0.1.0/27', '10.0.2.0/28'],
  b: ['10.1.0.0/27', '10.1.1.0/27'],
};

interface Wait {
  readonly node: string;
  readonly pool: string;
}

/** The operator's half beside plain lists. What `objects` says is what the API holds. */
class Bench {
  /** CIDRs of each pool that there is. */
  readonly pools = new Map(POOLS.map((pool) => [pool, new Set(CIDRS[pool]!.slice(0, 1))]));
  /** CIDRs of each node by pool, as its object lists them. */
  readonly objects = new Map<string, Map<string, Set<string>>>();
  readonly needed = new Map<string, Map<string, number>>();
  /** Decided, and not in the object yet. */
  readonly unwritten = new Map<string, Map<string, Set<string>>>();
  waiting: Wait[] = [];
  multi!: MultiPool;

  constructor() {
    this.start();
  }

  start(): void {
    this.multi = new MultiPool();
    for (const pool of this.pools.keys()) this.setPool(pool);
    for (const node of this.objects.keys()) this.multi.occupy(node, this.allocated(node));
    const first = this.waiting.map(({ node }) => node);
    this.waiting = [];
    this.unwritten.clear();
    for (const node of new Set([...first, ...this.objects.keys()])) this.update(node, { isReady: false });
    this.multi.ready();
    this.settle();
  }

  allocated(node: string) {
    return Array.from(this.objects.get(node)!, ([pool, cidrs]) => ({
      pool,
      cidrs: Array.from(cidrs, (text) => Cidr.parseExact(text)),
    }));
  }

  setPool(pool: string): void {
    const cidrs = [...this.pools.get(pool)!];
    if (cidrs.length === 0) this.multi.removePool(pool);
    else this.multi.setPool(pool, readClusterPoolConfig({ ipv4: { cidrs, maskSize: MASK } }));
  }

  held(node: string, pool: string): string[] {
    const [object, decided] = [this.objects, this.unwritten].map((all) => all.get(node)?.get(pool) ?? []);
    return [...new Set([...object!, ...decided!])];
  }

  free(pool: string): string[] {
    const held = new Set(
      [...this.objects.keys()].flatMap((node) => POOLS.flatMap((each) => this.held(node, each))),
    );
    return Array.from(this.pools.get(pool)!)
      .flatMap(pieces)
      .filter((piece) => !held.has(piece));
  }

  lacks(node: string, pool: string): boolean {
    const has = this.held(node, pool).reduce(
      (sum, text) => sum + Number(usableSize(Cidr.parseExact(text))),
      0,
    );
    return has < (this.needed.get(node)?.get(pool) ?? 0);
  }

  update(node: string, { isReady = true } = {}): void {
    if (!this.objects.has(node)) this.objects.set(node, new Map());
    const wanted = Array.from(this.needed.get(node) ?? [], ([pool, ipv4]) => ({ pool, needed: { ipv4 } }));
    this.multi.update(node, { requested: wanted, allocated: this.allocated(node) });
    this.waiting = this.waiting.filter((wait) => wait.node !== node || this.lacks(node, wait.pool));
    for (const { pool } of wanted) {
      const known = this.waiting.some((wait) => wait.node === node && wait.pool === pool);
      if (!known && this.lacks(node, pool)) this.waiting.push({ node, pool });
    }
    if (isReady) this.settle();
  }

  /** What was decided must be what those at the heads of the lines lack, as far as it goes, and free until now. */
  settle(): void {
    const free = new Map(POOLS.map((pool) => [pool, new Set(this.free(pool))]));
    const stuck = new Set<string>();
    const left: Wait[] = [];
    for (const wait of this.waiting) {
      const { node, pool } = wait;
      const decided =
        this.multi
          .allocatedTo(node)
          .find((each) => each.pool === pool)
          ?.cidrs.map(String) ?? [];
      for (const cidr of decided.filter((each) => !this.held(node, pool).includes(each))) {
        expect(stuck.has(pool), `${node} overtakes in ${pool}`).toBe(false);
        expect(this.lacks(node, pool), `${node} gets more of ${pool} than it asked for`).toBe(true);
        expect(free.get(pool)!.delete(cidr), `${cidr} was free`).toBe(true);
        const own = this.unwritten.get(node) ?? new Map<string, Set<string>>();
        this.unwritten.set(node, own.set(pool, (own.get(pool) ?? new Set()).add(cidr)));
      }
      if (!this.lacks(node, pool)) continue;
      stuck.add(pool);
      left.push(wait);
      expect(free.get(pool)!.size, `${pool} has room while ${node} waits`).toBe(0);
    }
    this.waiting = left;
  }

  /** A decision gets to the API, and from there back. */
  write(node: string): void {
    const object = this.objects.get(node);
    for (const [pool, cidrs] of this.unwritten.get(node) ?? []) {
      object!.set(pool, new Set([...(object!.get(pool) ?? []), ...cidrs]));
    }
    this.unwritten.delete(node);
    if (object) this.update(node);
  }

  giveBack(node: string, index: number): void {
    const listed = Array.from(this.objects.get(node) ?? []).flatMap(([, cidrs]) =>
      Array.from(cidrs, (c) => ({ cidrs, c })),
    );
    const chosen = listed[index % Math.max(listed.length, 1)];
    chosen?.cidrs.delete(chosen.c);
    if (this.objects.has(node)) this.update(node);
  }

  remove(node: string): void {
    for (const known of [this.objects, this.needed, this.unwritten]) known.delete(node);
    this.waiting = this.waiting.filter((wait) => wait.node !== node);
    this.multi.release(node);
    this.settle();
  }

  /** Adds a CIDR to a pool, or takes it away; a pool without any is gone. */
  toggle(pool: string, index: number): void {
    const cidr = CIDRS[pool]![index % CIDRS[pool]!.length]!;
    const cidrs = this.pools.get(pool)!;
    if (!cidrs.delete(cidr)) cidrs.add(cidr);
    this.setPool(pool);
    this.settle();
  }

  check(): void {
    const all = [...this.objects.keys()].flatMap((node) => {
      const held = this.multi.allocatedTo(node).flatMap(({ cidrs }) => cidrs.map(String));
      expect(new Set(held)).toEqual(new Set(POOLS.flatMap((pool) => this.held(node, pool))));
      const unlisted = this.multi.unlistedOf(node).flatMap(({ cidrs }) => cidrs.map(String));
      const decided = [...(this.unwritten.get(node)?.values() ?? [])].flatMap((cidrs) => [...cidrs]);
      expect(new Set(unlisted)).toEqual(new Set(decided));
      expect(this.multi.conflictsOf(node)).toEqual([]);
      return held;
    });
    expect(new Set(all).size).toBe(all.length);
    for (const pool of POOLS) {
      const line = this.multi.waiting.filter((wait) => wait.pool === pool).map(({ node }) => node);
      expect(line).toEqual(this.waiting.filter((wait) => wait.pool === pool).map(({ node }) => node));
      const fill = this.multi.fill().filter((each) => each.pool === pool);
      const room = fill.reduce((sum, { size, used }) => sum + Number(size) - used, 0);
      expect(room).toBe(this.free(pool).length);
    }
  }
}

const node = fc.integer({ min: 0, max: 4 }).map((n) => `n${n}`);
const pool = fc.constantFrom(...POOLS);
const index = fc.nat({ max: 5 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('ask' as const), node, pool, count: fc.nat({ max: 45 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), node }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('giveBack' as const), node, index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), node }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('toggle' as const), pool, index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

describe('MultiPool against plain lists', () => {
  it('should never give a CIDR twice, keep one back while a node waits for it, or let a node overtake', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const bench = new Bench();
        for (const one of steps) {
          if (one.do === 'ask') {
            const needs = bench.needed.get(one.node) ?? new Map<string, number>();
            bench.needed.set(one.node, needs.set(one.pool, one.count));
            bench.update(one.node);
          } else if (one.do === 'giveBack') bench.giveBack(one.node, one.index);
          else if (one.do === 'toggle') bench.toggle(one.pool, one.index);
          else if (one.do === 'restart') bench.start();
          else bench[one.do](one.node);
          bench.check();
        }
      }),
      { numRuns: 200 },
    );
  });
});

function pieces(text: string): string[] {
  const cidr = Cidr.parseExact(text);
  return Array.from({ length: Number(cidr.subnetCount(MASK)) }, (_, i) => cidr.subnet(MASK, i).toString());
}
