import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { RangeAllocator } from './range-allocator.ts';
import { readRangeConfig } from './range-config.ts';

/** The cluster before and after it is given more room, which takes a restart. */
const SIZES = [
  { ipv4: { cidrs: ['10.0.0.0/25'], maskSize: 28 }, ipv6: { cidrs: ['fd00::/62'], maskSize: 64 } },
  { ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 28 }, ipv6: { cidrs: ['fd00::/61'], maskSize: 64 } },
] as const;
const SERVICES = ['10.0.0.32/30'];

/** The plainest cidrset: a set of texts in use and a scan. */
class PlainSet {
  readonly pieces: readonly string[];
  readonly used: Set<string>;
  next = 0;

  constructor({ cidrs: [cidr], maskSize }: (typeof SIZES)[number]['ipv4' | 'ipv6']) {
    const whole = Cidr.parseExact(cidr);
    this.pieces = Array.from({ length: Number(whole.subnetCount(maskSize)) }, (_, i) =>
      whole.subnet(maskSize, i).toString(),
    );
    const services = SERVICES.map((text) => Cidr.parseExact(text));
    this.used = new Set(
      this.pieces.filter((piece) => services.some((service) => service.overlaps(Cidr.parseExact(piece)))),
    );
  }

  take(): string | undefined {
    const round = [...this.pieces.slice(this.next), ...this.pieces.slice(0, this.next)];
    const found = round.find((piece) => !this.used.has(piece));
    if (found === undefined) return undefined;
    this.used.add(found);
    this.next = this.pieces.indexOf(found) + 1;
    return found;
  }
}

class Bench {
  readonly objects = new Map<string, readonly string[]>();
  size = 0;
  range = this.fresh();
  sets = this.plain();

  fresh(): RangeAllocator {
    return new RangeAllocator(readRangeConfig({ ...SIZES[this.size]!, serviceCidrs: SERVICES }));
  }

  plain(): [PlainSet, PlainSet] {
    const { ipv4, ipv6 } = SIZES[this.size]!;
    return [new PlainSet(ipv4), new PlainSet(ipv6)];
  }

  /** The CIDRs that both sides give, or undefined when both refuse. */
  decide(name: string): readonly string[] | undefined {
    const expected: string[] = [];
    for (const set of this.sets) {
      const piece = set.take();
      if (piece === undefined) break;
      expected.push(piece);
    }
    try {
      const cidrs = this.range.allocate({ name, labels: {} }).map(String);
      expect(cidrs).toEqual(expected);
      return cidrs;
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      expect(error.code).toBe('node-cidr-full');
      expect(error.message).toContain(`idx:${expected.length}:`);
      return undefined;
    }
  }

  add(name: string): void {
    const known = this.objects.get(name);
    if (known) expect(this.range.allocate({ name, labels: {} }).map(String)).toEqual(known);
    else {
      const cidrs = this.decide(name);
      if (cidrs) this.objects.set(name, cidrs);
    }
  }

  /** The API refused to write: the caller gives back. */
  refused(name: string): void {
    if (this.objects.has(name) || !this.decide(name)) return;
    for (const [i, cidr] of this.range.cidrsOf(name).entries()) this.sets[i]!.used.delete(cidr.toString());
    this.range.release(name);
  }

  remove(name: string): void {
    for (const [i, cidr] of (this.objects.get(name) ?? []).entries()) this.sets[i]!.used.delete(cidr);
    this.objects.delete(name);
    this.range.release(name);
  }

  restart(): void {
    this.range = this.fresh();
    this.sets = this.plain();
    for (const [name, cidrs] of this.objects) {
      for (const [i, cidr] of cidrs.entries()) this.sets[i]!.used.add(cidr);
      this.range.occupy(
        { name, labels: {} },
        cidrs.map((text) => Cidr.parseExact(text)),
      );
    }
  }

  resize(): void {
    this.size = 1;
    this.restart();
  }

  check(): void {
    expect(this.range.fill().map(({ used }) => used)).toEqual(this.sets.map(({ used }) => used.size));
    const all = [...this.objects.values()].flat();
    expect(new Set(all).size).toBe(all.length);
    for (const [name, cidrs] of this.objects) expect(this.range.cidrsOf(name).map(String)).toEqual(cidrs);
  }
}

const name = fc.integer({ min: 0, max: 14 }).map((n) => `n${n}`);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refused' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'resize' as const) }) },
);

describe('RangeAllocator against a plain model', () => {
  it('should decide alike, what is lost and what a restart brings back included', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const bench = new Bench();
        for (const one of steps) {
          if ('name' in one) bench[one.do](one.name);
          else bench[one.do]();
          bench.check();
        }
      }),
      { numRuns: 200 },
    );
  });
});
