import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { ClusterPool, type PoolChange } from './cluster-pool.ts';
import { readClusterPoolConfig } from './cluster-pool-config.ts';

const CONFIG = {
  ipv4: { cidrs: ['10.0.0.0/24', '10.1.0.0/25'], maskSize: 26 },
  ipv6: { cidrs: ['fd00::/109'], maskSize: 112 },
};
const GROWTH = ['10.2.0.0/26', 'fd00:1::/111'].map((text) => Cidr.parseExact(text));

/** The pool beside a list of what is free. What `objects` says is what the API would hold. */
class Bench {
  readonly objects = new Map<string, readonly string[]>();
  waiting: string[] = [];
  grown = 0;
  pool = new ClusterPool(readClusterPoolConfig(CONFIG));

  free(family: 'ipv4' | 'ipv6'): Set<string> {
    const cidrs = [
      ...CONFIG[family].cidrs.map((text) => Cidr.parseExact(text)),
      ...GROWTH.slice(0, this.grown),
    ];
    const all = cidrs
      .filter((cidr) => cidr.family === family)
      .flatMap((cidr) => pieces(cidr, CONFIG[family].maskSize));
    const held = new Set([...this.objects.values()].flat());
    return new Set(all.filter((piece) => !held.has(piece)));
  }

  hasRoom(): boolean {
    return this.free('ipv4').size > 0 && this.free('ipv6').size > 0;
  }

  add(node: string): void {
    const known = this.objects.get(node);
    const expected = known ?? (this.hasRoom() ? 'two' : 'full');
    try {
      const cidrs = this.pool.allocateNode(node).map(String);
      if (known) expect(cidrs).toEqual(known);
      else this.take(node, cidrs);
      expect(expected).not.toBe('full');
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      expect([expected, error.code]).toEqual(['full', 'node-cidr-full']);
      if (!this.waiting.includes(node)) this.waiting.push(node);
    }
  }

  /** Both families, and free until now. */
  take(node: string, cidrs: readonly string[]): void {
    expect(cidrs).toHaveLength(2);
    expect(this.free('ipv4')).toContain(cidrs[0]);
    expect(this.free('ipv6')).toContain(cidrs[1]);
    this.objects.set(node, cidrs);
  }

  remove(node: string): void {
    this.objects.delete(node);
    this.waiting = this.waiting.filter((other) => other !== node);
    this.serve(this.pool.releaseNode(node));
  }

  grow(): void {
    const cidr = GROWTH[this.grown];
    if (cidr === undefined) return;
    this.grown++;
    this.serve(this.pool.grow(cidr));
  }

  /** Exactly those at the head of the queue, as far as it goes. */
  serve({ served, resolved }: PoolChange): void {
    expect(resolved).toEqual([]);
    for (const { node, cidrs } of served) {
      expect(node).toBe(this.waiting.shift());
      this.take(node, cidrs.map(String));
    }
    if (this.waiting.length > 0) expect(this.hasRoom()).toBe(false);
  }

  restart(): void {
    this.pool = new ClusterPool(readClusterPoolConfig(CONFIG));
    for (const cidr of GROWTH.slice(0, this.grown)) this.pool.grow(cidr);
    for (const [node, cidrs] of this.objects)
      this.pool.occupy(
        node,
        cidrs.map((text) => Cidr.parseExact(text)),
      );
    for (const node of this.waiting) expect(() => this.pool.allocateNode(node)).toThrow(IpamError);
  }

  check(): void {
    expect(this.pool.waiting).toEqual(this.waiting);
    for (const [node, cidrs] of this.objects) expect(this.pool.cidrsOf(node).map(String)).toEqual(cidrs);
    const used = this.pool.stats().reduce((sum, set) => sum + set.used, 0);
    expect(used).toBe(this.objects.size * 2);
  }
}

const node = fc.integer({ min: 0, max: 12 }).map((n) => `n${n}`);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), node }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('grow' as const, 'restart' as const) }) },
);

describe('ClusterPool against a plain model', () => {
  it('should never give a CIDR twice, leave one unused while nodes wait, or let a node overtake', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const bench = new Bench();
        for (const one of steps) {
          if ('node' in one) bench[one.do](one.node);
          else bench[one.do]();
          bench.check();
        }
      }),
      { numRuns: 200 },
    );
  });
});

function pieces(cidr: Cidr, maskSize: number): string[] {
  return Array.from({ length: Number(cidr.subnetCount(maskSize)) }, (_, i) =>
    cidr.subnet(maskSize, i).toString(),
  );
}
