import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import type { ClusterCidrSpec } from './cluster-cidr.ts';
import { MultiRangeAllocator } from './multi-range-allocator.ts';

const zone = (...values: string[]) => ({
  nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In' as const, values }] }],
});

/** They overlap, and the one with two families has room for fewer nodes in IPv6. */
const SPECS: readonly ClusterCidrSpec[] = [
  { name: 'a-only', perNodeHostBits: 4, ipv4: '10.0.0.0/26', nodeSelector: zone('a') },
  { name: 'dual', perNodeHostBits: 5, ipv4: '10.0.0.0/24', ipv6: 'fd00::/121', nodeSelector: zone('a', 'b') },
  { name: 'b-only', perNodeHostBits: 4, ipv4: '10.0.0.128/25', nodeSelector: zone('b') },
  { name: 'rest', perNodeHostBits: 4, ipv4: '10.1.0.0/27' },
];

/** The order in which a node of each zone tries them, worked out by hand. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  a: ['a-only', 'dual', 'rest'],
  b: ['dual', 'b-only', 'rest'],
  c: ['rest'],
};

/** One CIDR as a list of pieces. */
class PlainSet {
  readonly whole: Cidr;
  readonly pieces: readonly Cidr[];
  readonly used = new Set<Cidr>();
  next = 0;

  constructor(text: string, hostBits: number) {
    this.whole = Cidr.parseExact(text);
    const mask = (this.whole.family === 'ipv4' ? 32 : 128) - hostBits;
    const count = Number(this.whole.subnetCount(mask));
    this.pieces = Array.from({ length: count }, (_, i) => this.whole.subnet(mask, i));
  }

  take(taken: readonly Cidr[]): Cidr | undefined {
    for (let evaluated = 0; evaluated < this.pieces.length; evaluated++) {
      const round = [...this.pieces.slice(this.next), ...this.pieces.slice(0, this.next)];
      const passed = round.findIndex((piece) => !this.used.has(piece));
      const piece = round[passed];
      if (piece === undefined) return undefined;
      this.next = this.pieces.indexOf(piece) + 1;
      evaluated += passed;
      if (taken.some((other) => other.overlaps(piece))) continue;
      this.used.add(piece);
      return piece;
    }
    return undefined;
  }
}

class PlainClusterCidr {
  readonly sets: readonly PlainSet[];
  readonly nodes = new Set<string>();
  deleted = false;

  constructor({ ipv4, ipv6, perNodeHostBits }: ClusterCidrSpec) {
    this.sets = [ipv4, ipv6].flatMap((text) =>
      text === undefined ? [] : [new PlainSet(text, perNodeHostBits)],
    );
  }

  setOf(cidr: Cidr): PlainSet | undefined {
    return this.sets.find(({ whole }) => whole.overlaps(cidr));
  }
}

class Bench {
  readonly objects = new Map<string, { readonly zone: string; readonly cidrs: readonly Cidr[] }>();
  range = new MultiRangeAllocator({ clusterCidrs: SPECS, serviceCidrs: [] });
  plain = new Map(SPECS.map((spec) => [spec.name, new PlainClusterCidr(spec)]));

  inOrder(zone: string): PlainClusterCidr[] {
    return ORDER[zone]!.map((name) => this.plain.get(name)).filter((one) => one !== undefined);
  }

  decide(zone: string): { readonly from: PlainClusterCidr; readonly cidrs: readonly Cidr[] } | undefined {
    for (const from of this.inOrder(zone).filter(({ deleted }) => !deleted)) {
      const cidrs: Cidr[] = [];
      for (const set of from.sets) {
        const taken = [...this.plain.values()].flatMap(({ sets }) => sets).flatMap(({ used }) => [...used]);
        const piece = set.take(taken);
        if (piece === undefined) break;
        cidrs.push(piece);
      }
      if (cidrs.length === from.sets.length) return { from, cidrs };
    }
    return undefined;
  }

  add(name: string, inZone: string): void {
    const known = this.objects.get(name);
    const node = { name, labels: { zone: known?.zone ?? inZone } };
    if (known) {
      expect(this.range.allocate(node)).toEqual(known.cidrs);
      return;
    }
    const expected = this.decide(inZone);
    try {
      const cidrs = this.range.allocate(node);
      expect(cidrs.map(String)).toEqual(expected?.cidrs.map(String));
      for (const { cidrs: others } of this.objects.values()) {
        for (const other of others) for (const cidr of cidrs) expect(cidr.overlaps(other)).toBe(false);
      }
      expected!.from.nodes.add(name);
      this.objects.set(name, { zone: inZone, cidrs });
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      expect([error.code, expected]).toEqual(['node-cidr-full', undefined]);
    }
  }

  remove(name: string): void {
    this.range.release(name);
    const object = this.objects.get(name);
    if (object === undefined) return;
    this.objects.delete(name);
    const from = this.inOrder(object.zone).find(({ nodes }) => nodes.has(name))!;
    from.nodes.delete(name);
    for (const cidr of object.cidrs) {
      const { used } = from.setOf(cidr)!;
      for (const piece of [...used].filter((one) => one.overlaps(cidr))) used.delete(piece);
    }
  }

  /** Deletes it, or makes it again when it is gone. */
  toggle(spec: ClusterCidrSpec): void {
    const known = this.plain.get(spec.name);
    if (known) {
      known.deleted = true;
      this.collect();
    } else {
      this.plain.set(spec.name, new PlainClusterCidr(spec));
      this.range.addClusterCidr(spec);
    }
  }

  /** The caller asks again: what is deleted goes exactly when its last node has. */
  collect(): void {
    for (const [name, { deleted, nodes }] of this.plain) {
      if (!deleted) continue;
      expect(this.range.removeClusterCidr(name).toSorted()).toEqual([...nodes].sort());
      if (nodes.size === 0) this.plain.delete(name);
    }
  }

  restart(): void {
    const specs = SPECS.filter(({ name }) => this.plain.has(name));
    const deleted = specs.filter(({ name }) => this.plain.get(name)!.deleted).map(({ name }) => name);
    this.range = new MultiRangeAllocator({ clusterCidrs: specs, serviceCidrs: [] });
    this.plain = new Map(specs.map((spec) => [spec.name, new PlainClusterCidr(spec)]));
    for (const [name, { zone, cidrs }] of this.objects) {
      this.range.occupy({ name, labels: { zone } }, cidrs);
      this.occupy(name, zone, cidrs);
    }
    for (const name of deleted) this.plain.get(name)!.deleted = true;
    this.collect();
  }

  occupy(name: string, zone: string, cidrs: readonly Cidr[]): void {
    for (const one of this.inOrder(zone)) {
      const missing = cidrs.findIndex((cidr) => one.setOf(cidr) === undefined);
      for (const cidr of missing < 0 ? cidrs : cidrs.slice(0, missing)) {
        const { pieces, used } = one.setOf(cidr)!;
        for (const piece of pieces) if (piece.overlaps(cidr)) used.add(piece);
      }
      if (missing >= 0) continue;
      one.nodes.add(name);
      return;
    }
  }

  check(): void {
    const expected = [...this.plain].flatMap(([pool, { sets }]) =>
      sets.map(({ whole, pieces, used }) => ({
        pool,
        cidr: whole,
        capacity: BigInt(pieces.length),
        used: used.size,
      })),
    );
    expect(this.range.fill()).toEqual(expected);
  }
}

const name = fc.integer({ min: 0, max: 20 }).map((n) => `n${n}`);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('add' as const), name, zone: fc.constantFrom('a', 'b', 'c') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('toggle' as const), spec: fc.constantFrom(...SPECS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'collect' as const) }) },
);

describe('MultiRangeAllocator against a plain model', () => {
  it('should decide alike, and give no address twice, while ClusterCIDRs come and go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const bench = new Bench();
        for (const one of steps) {
          if (one.do === 'add') bench.add(one.name, one.zone);
          else if (one.do === 'remove') bench.remove(one.name);
          else if (one.do === 'toggle') bench.toggle(one.spec);
          else bench[one.do]();
          bench.check();
        }
      }),
      { numRuns: 200 },
    );
  });
});
