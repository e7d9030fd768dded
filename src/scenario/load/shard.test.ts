import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Arrivals, Lifetime, OpenPhase } from '../spec.ts';
import { type Scheduled, schedule } from './schedule.ts';
import { shardOf } from './shard.ts';

const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.record({ process: fc.constant('poisson' as const), rate: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ process: fc.constant('constant' as const), rate: fc.integer({ min: 1, max: 500 }) }),
) as fc.Arbitrary<Arrivals>;
const lifetime: Lifetime = { distribution: 'exponential', mean: 5e9 } as Lifetime;

test('all shards together are the schedule of one process: every event once, in order, with the same instants', () => {
  fc.assert(
    fc.property(
      fc.record({
        arrivals,
        seed: fc.nat(),
        count: fc.integer({ min: 0, max: 300 }),
        shards: fc.integer({ min: 1, max: 16 }),
        nodes: fc.integer({ min: 1, max: 9 }),
      }),
      ({ arrivals: process, seed, count, shards, nodes }) => {
        const phase = { name: 'churn', mode: 'open', subject: 'pod', count, arrivals: process, lifetime };
        const all = (): Generator<Scheduled> => schedule(phase as unknown as OpenPhase, seed, nodes);
        const parts = Array.from({ length: shards }, (_, shard) => [...shardOf(all(), shard, shards)]);
        const union = parts.flat().sort((a, b) => a.index - b.index);
        expect(union).toEqual([...all()]);
        for (const part of parts) {
          expect(part.map(({ offset }) => offset)).toEqual(
            part.map(({ offset }) => offset).toSorted((a, b) => a - b),
          );
          // No shard has more than one event beyond any other.
          expect(part.length).toBeGreaterThanOrEqual(Math.floor(count / shards));
          expect(part.length).toBeLessThanOrEqual(Math.ceil(count / shards));
        }
      },
    ),
  );
});
