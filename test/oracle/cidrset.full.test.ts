import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cidr, Ip } from '../../src/ip/index.ts';
import { CidrSet } from '../../src/ipam/cidr-set.ts';
import { IpamError, NODE_CIDR_FULL, RangeAllocator } from '../../src/ipam/index.ts';
import { type Answer, Oracle } from './oracle.ts';

/** What test/oracle/cidrset/main.go reads. */
type Operation =
  | {
      readonly op: 'start';
      readonly clusterCIDRs: readonly string[];
      readonly masks: readonly number[];
      readonly serviceCIDRs: readonly string[];
      readonly nodes: readonly { readonly name: string; readonly podCIDRs: readonly string[] }[];
    }
  | {
      readonly op: 'sync';
      readonly name: string;
      readonly podCIDRs: readonly string[];
      readonly patch: Patch;
    }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'set'; readonly cidr: string; readonly mask: number }
  | { readonly op: 'next' }
  | { readonly op: 'occupy' | 'release'; readonly cidr: string };

type Patch = 'ok' | 'timeout' | 'refused';

let oracle: Oracle<Operation>;
beforeAll(async () => {
  oracle = await Oracle.start<Operation>('cidrset-oracle');
});
afterAll(() => oracle[Symbol.asyncDispose]());

/** Up to 64 pieces, in IPv6 on both sides of the middle of an address and across it. */
const room = fc.oneof(
  fc.record({ base: fc.constant('10.8.0.0'), prefix: fc.integer({ min: 13, max: 26 }), bits: bits(6) }),
  fc.record({ base: fc.constant('fd00:8::'), prefix: fc.integer({ min: 44, max: 122 }), bits: bits(6) }),
);
type Room = typeof room extends fc.Arbitrary<infer T> ? T : never;

function bits(max: number) {
  return fc.integer({ min: 0, max });
}

function cluster({ base, prefix }: Room): Cidr {
  return Cidr.around(Ip.parse(base), prefix);
}

/** A CIDR in or around a room: `at` says where in 2^16 parts of it and its neighbour, `longer` how much smaller. */
const place = fc.record({ at: bits(2 ** 17 - 1), longer: fc.integer({ min: -2, max: 9 }) });
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

function placed(within: Cidr, { at, longer }: Place): string {
  const limit = within.family === 'ipv4' ? 32 : 128;
  const value = within.network.value + (within.size * BigInt(at)) / 65_536n;
  return Cidr.around(Ip.fromValue(within.family, value), Math.min(limit, within.prefix + longer)).toString();
}

describe('CidrSet', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ op: 'next' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({ op: fc.constantFrom('occupy' as const, 'release' as const), place }),
    },
  );

  it('should take, occupy and free the same pieces as Kubernetes, 1,000 times', async () => {
    const property = fc.asyncProperty(room, fc.array(step, { maxLength: 60 }), async (given, steps) => {
      const within = cluster(given);
      const maskSize = Math.min(within.prefix + given.bits, within.family === 'ipv4' ? 32 : 128);
      const set = new CidrSet(within, maskSize);
      const operations: Operation[] = [{ op: 'set', cidr: within.toString(), mask: maskSize }];
      const expected: Answer[] = [{}];
      // At the end all that is left, so that nothing stays unseen.
      const drain = Array.from({ length: 65 }, () => ({ op: 'next' as const }));
      for (const one of [...steps, ...drain]) {
        if (one.op === 'next') {
          const cidr = set.allocateNext();
          operations.push(one);
          expected.push(cidr ? { cidrs: [cidr.toString()] } : { error: NODE_CIDR_FULL });
          continue;
        }
        const cidr = placed(within, one.place);
        if (one.op === 'occupy') set.occupyOverlapping(Cidr.parseExact(cidr));
        else set.releaseOverlapping(Cidr.parseExact(cidr));
        operations.push({ op: one.op, cidr });
        const outside = { error: `cidr ${cidr} is out the range of cluster cidr ${within}` };
        expected.push(within.overlaps(Cidr.parseExact(cidr)) ? {} : outside);
      }
      expect(await oracle.ask(operations)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 1000, seed: 1 });
  });
});

/** Nodes as the API has them, our allocator, and what the oracle is to be asked. */
class Controller {
  readonly operations: Operation[] = [];
  readonly expected: Answer[] = [];
  readonly #objects = new Map<string, readonly string[]>();
  readonly #services: readonly string[];
  #rooms: readonly { readonly cidr: Cidr; readonly maskSize: number }[] = [];
  #range!: RangeAllocator;

  constructor(rooms: readonly Room[], services: readonly Place[]) {
    this.#setRooms(rooms, 0);
    this.#services = services.map((one, i) => placed(this.#rooms[i % rooms.length]!.cidr, one));
  }

  get rooms(): readonly Cidr[] {
    return this.#rooms.map(({ cidr }) => cidr);
  }

  get nodes(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** False when the controller does not come up: one of the nodes has what its CIDRs do not hold. */
  start(): boolean {
    const nodes = Array.from(this.#objects, ([name, podCIDRs]) => ({ name, podCIDRs }));
    this.operations.push({
      op: 'start',
      clusterCIDRs: this.#rooms.map(({ cidr }) => cidr.toString()),
      masks: this.#rooms.map(({ maskSize }) => maskSize),
      serviceCIDRs: this.#services,
      nodes,
    });
    const serviceCidrs = this.#services.map((text) => Cidr.parseExact(text));
    this.#range = new RangeAllocator({ clusterCidrs: this.#rooms, serviceCidrs, warnings: [] });
    for (const { name, podCIDRs } of nodes) {
      if (podCIDRs.length > 0 && !this.#occupy(name, podCIDRs)) return false;
    }
    this.expected.push({});
    return true;
  }

  /** A start with cluster CIDRs one bit wider. */
  grow(rooms: readonly Room[]): boolean {
    this.#setRooms(rooms, 1);
    return this.start();
  }

  sync(name: string, patch: Patch, listed: readonly string[] = this.#objects.get(name) ?? []): void {
    this.operations.push({ op: 'sync', name, podCIDRs: listed, patch });
    this.#objects.set(name, listed);
    if (listed.length > 0) {
      if (this.#occupy(name, listed)) this.expected.push({ cidrs: listed });
      return;
    }
    try {
      const cidrs = this.#range.allocate({ name, labels: {} }).map(String);
      if (patch === 'ok') {
        this.#objects.set(name, cidrs);
        this.expected.push({ cidrs });
      } else {
        this.#range.release(name);
        this.expected.push({ error: patch });
      }
    } catch (error) {
      this.#refused(error);
    }
  }

  delete(name: string): void {
    if (!this.#objects.delete(name)) return;
    this.operations.push({ op: 'delete', name });
    this.#range.release(name);
    this.expected.push({});
  }

  #setRooms(rooms: readonly Room[], wider: number): void {
    this.#rooms = rooms.map((one) => ({
      cidr: cluster({ ...one, prefix: one.prefix - wider }),
      maskSize: Math.min(one.prefix + one.bits, one.base.includes(':') ? 128 : 32),
    }));
  }

  #occupy(name: string, listed: readonly string[]): boolean {
    try {
      const cidrs = listed.map((text) => Cidr.parseExact(text));
      this.#range.occupy({ name, labels: {} }, cidrs);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof IpamError)) throw error;
    this.expected.push({ error: error.message });
  }
}

/** An error of the API in one word; of a refused allocation only the reason, since the object has no CIDRs then. */
function shortened(operation: Operation, { cidrs, error }: Answer): Answer {
  if (error === undefined) return cidrs === undefined ? {} : { cidrs };
  if (operation.op === 'delete') return {}; // Logged by the controller, and known by what follows.
  if (error.startsWith('failed to patch node CIDR') && 'patch' in operation)
    return { error: operation.patch };
  return { error };
}

describe('RangeAllocator', () => {
  const name = fc.integer({ min: 0, max: 40 }).map((n) => `n${n}`);
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ op: fc.constant('sync' as const), name, patch: fc.constant('ok' as const) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('sync' as const),
        name,
        patch: fc.constantFrom('timeout' as const, 'refused' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('written' as const), name, places: fc.tuple(place, place) }),
    },
    { weight: 6, arbitrary: fc.record({ op: fc.constant('delete' as const), name }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const), wider: fc.boolean() }) },
  );
  const rooms = fc.tuple(room, room).map(([a, b]) => (a.base === b.base ? [a] : [a, b]) satisfies Room[]);
  const services = fc.array(place, { maxLength: 2 });

  it('should decide for the same nodes as the one of Kubernetes, 1,000 times', async () => {
    const steps = fc.array(step, { maxLength: 80 });
    const property = fc.asyncProperty(rooms, services, steps, async (given, occupied, all) => {
      const controller = new Controller(given, occupied);
      let up = controller.start();
      for (const one of all) {
        if (!up) break;
        if (one.op === 'sync') controller.sync(one.name, one.patch);
        else if (one.op === 'delete') controller.delete(one.name);
        else if (one.op === 'restart') up = one.wider ? controller.grow(given) : controller.start();
        else {
          controller.delete(one.name);
          controller.sync(
            one.name,
            'ok',
            controller.rooms.map((within, i) => placed(within, one.places[i]!)),
          );
        }
      }
      if (up) for (let i = 0; i < 65; i++) controller.sync(`last${i}`, 'ok');
      const { operations, expected } = controller;
      const answers = await oracle.ask(operations);
      expect(answers.map((answer, i) => shortened(operations[i]!, answer))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 1000, seed: 1 });
  });
});
