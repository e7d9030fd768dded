import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cidr } from '../../src/ip/index.ts';
import type { NodeSelectorTerms } from '../../src/ipam/index.ts';
import { MultiRangeController, type Operation } from './multi-range-controller.ts';
import { type Answer, Oracle } from './oracle.ts';

let oracle: Oracle<Operation>;
beforeAll(async () => {
  oracle = await Oracle.start<Operation>('multicidr-oracle');
});
afterAll(() => oracle[Symbol.asyncDispose]());

const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom('zone', 'arch'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    key: fc.constantFrom('zone', 'arch', 'gpus'),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
  fc.record({
    key: fc.constant('gpus'),
    operator: fc.constantFrom('Gt' as const, 'Lt' as const),
    values: fc.integer({ min: 0, max: 4 }).map((n) => [String(n)]),
  }),
);
const selector: fc.Arbitrary<NodeSelectorTerms | undefined> = fc.option(
  fc.uniqueArray(requirement, { maxLength: 3, selector: ({ key }) => key }).map((matchExpressions) => ({
    nodeSelectorTerms: matchExpressions.length === 0 ? [] : [{ matchExpressions }],
  })),
  { nil: undefined },
);

/** Up to four that may overlap, all of the same families: upstream panics where they are not. */
const clusterCidrs = fc.boolean().chain((isDual) =>
  fc.uniqueArray(
    fc
      .record({
        at: fc.integer({ min: 0, max: 7 }),
        prefix: fc.integer({ min: 24, max: 27 }),
        perNodeHostBits: fc.integer({ min: 4, max: 5 }),
        narrower: fc.integer({ min: 0, max: 2 }),
        nodeSelector: selector,
      })
      .map(({ at, prefix, perNodeHostBits, narrower, nodeSelector }) => ({
        perNodeHostBits,
        ipv4: around(`10.0.0.${at * 32}`, prefix),
        ...(isDual ? { ipv6: around(`fd00::${(at * 32).toString(16)}`, prefix + 96 - narrower) } : {}),
        ...(nodeSelector ? { nodeSelector } : {}),
      })),
    // Two with the same CIDR go in the order of Go's map and heap.
    { minLength: 1, maxLength: 4, selector: ({ ipv4 }) => ipv4 },
  ),
);

function around(address: string, prefix: number): string {
  return Cidr.parse(`${address}/${prefix}`).cidr.toString();
}

const labels = fc.record(
  {
    zone: fc.constantFrom('a', 'b', 'c'),
    arch: fc.constantFrom('a', 'b'),
    gpus: fc.constantFrom('0', '1', '3', 'many'),
  },
  { requiredKeys: [] },
);
const name = fc.integer({ min: 0, max: 30 }).map((n) => `n${n}`);
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ op: fc.constant('sync' as const), name, labels }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const) }) },
);

/** Errors of a release are logged by the controller, and known by what follows. */
function shortened(operation: Operation, { cidrs, error }: Answer): Answer {
  if (operation.op === 'delete') return {};
  if (error !== undefined) return { error };
  return cidrs === undefined ? {} : { cidrs };
}

describe('MultiRangeAllocator', () => {
  it('should decide for the same nodes as the one of Kubernetes, 1,000 times', async () => {
    const steps = fc.array(step, { maxLength: 60 });
    const property = fc.asyncProperty(clusterCidrs, steps, async (specs, all) => {
      const controller = new MultiRangeController(specs);
      let up = controller.start();
      for (const one of all) {
        if (!up) break;
        if (one.op === 'sync') controller.sync(one.name, one.labels);
        else if (one.op === 'delete') controller.delete(one.name);
        else up = controller.start();
      }
      // At the end whatever is left, so that nothing stays unseen.
      for (let i = 0; up && i < 20; i++) {
        for (const zone of ['a', 'b']) controller.sync(`last-${zone}${i}`, { zone, arch: 'a' });
      }
      const { operations, expected } = controller;
      const answers = await oracle.ask(operations);
      expect(answers.map((answer, i) => shortened(operations[i]!, answer))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 1000, seed: 1 });
  });
});
