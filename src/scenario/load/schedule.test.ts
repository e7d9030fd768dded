import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OpenPhase } from '../spec.ts';
import { schedule } from './schedule.ts';

const SECOND = 1e9;
const PHASE = {
  kind: 'churn',
  name: 'churn',
  mode: 'open',
  subject: 'pod',
  count: 1000,
  arrivals: { process: 'poisson', rate: 300 },
  lifetime: { distribution: 'lognormal', mean: 6 * SECOND, p99: 20 * SECOND },
  deadline: 10 * SECOND,
} as const satisfies OpenPhase;
const pods = (
  change: Partial<Pick<OpenPhase, 'name' | 'count' | 'arrivals' | 'lifetime'>> = {},
  seed = 7,
  nodes = 4,
) => [...schedule({ ...PHASE, ...change }, seed, nodes)];

test('the first pods of seed 7: a change here breaks the pairing with older results', () => {
  expect(pods({ count: 3 })).toMatchInlineSnapshot(`
    [
      {
        "index": 0,
        "lifetime": 6006740015,
        "name": "churn-000001",
        "node": 3,
        "offset": 1682448,
      },
      {
        "index": 1,
        "lifetime": 12795837491,
        "name": "churn-000002",
        "node": 2,
        "offset": 5467717,
      },
      {
        "index": 2,
        "lifetime": 2092535805,
        "name": "churn-000003",
        "node": 1,
        "offset": 8223026,
      },
    ]
  `);
});

test('same seed, same pods; another seed, others', () => {
  expect(pods()).toEqual(pods());
  expect(pods().map(({ offset }) => offset)).not.toEqual(pods({}, 8).map(({ offset }) => offset));
});

test('other lifetimes leave arrivals and placement as they were, and the other way round', () => {
  const before = pods();
  const otherLives = pods({ lifetime: { distribution: 'exponential', mean: SECOND } });
  expect(otherLives.map(({ offset, node }) => [offset, node])).toEqual(
    before.map(({ offset, node }) => [offset, node]),
  );
  const otherArrivals = pods({ arrivals: { process: 'constant', rate: 10 } });
  expect(otherArrivals.map(({ lifetime, node }) => [lifetime, node])).toEqual(
    before.map(({ lifetime, node }) => [lifetime, node]),
  );
});

test('phases of different names are drawn apart', () => {
  const [one, two] = [pods(), pods({ name: 'other' })];
  expect(one.filter(({ lifetime }, index) => lifetime === two[index]!.lifetime)).toEqual([]);
});

test('every node gets as many pods as any other, give or take one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer(),
      (nodes, count, seed) => {
        const perNode = new Array<number>(nodes).fill(0);
        for (const { node } of pods({ count: count }, seed, nodes)) perNode[node]!++;
        expect(Math.max(...perNode) - Math.min(...perNode)).toBeLessThanOrEqual(1);
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('steps that run out end the schedule', () => {
  expect(pods({ arrivals: { process: 'step', steps: [{ rate: 5, for: SECOND }] } })).toHaveLength(5);
});
