import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cidr } from '../../src/ip/index.ts';
import { CidrSet } from '../../src/ipam/cidr-set.ts';
import { NODE_CIDR_FULL } from '../../src/ipam/index.ts';
import { type Answer, Oracle } from './oracle.ts';
import { type Operation, RangeController } from './range-controller.ts';
import { cluster, place, placed, type Room, room } from './rooms.ts';

let oracle: Oracle<Operation>;
beforeAll(async () => {
  oracle = await Oracle.start<Operation>('cidrset-oracle');
});
afterAll(() => oracle[Symbol.asyncDispose]());

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
      const controller = new RangeController(given, occupied);
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
