import { expect, it } from 'vitest';
import { NodeCidrInvariants } from './node-cidr-invariants.ts';

type Step = readonly [node: string, cidrs: readonly string[] | 'gone', version: number];

function check(...steps: readonly Step[]) {
  const invariants = new NodeCidrInvariants({ pools: ['10.20.0.0/16', 'fd00::/64'] });
  for (const [node, cidrs, version] of steps) {
    if (cidrs === 'gone') invariants.gone(node, BigInt(version));
    else invariants.holds(node, cidrs, BigInt(version), version * 1e9);
  }
  return Object.fromEntries(invariants.results().map((result) => [result.name, result]));
}

it('lets a CIDR go from a node that is gone to the next', () => {
  const results = check(
    ['a', ['10.20.0.0/24', 'fd00::/80'], 1],
    ['a', 'gone', 5],
    ['b', ['10.20.0.0/24', 'fd00::/80'], 6],
  );
  expect(results['node-cidr-unique']).toMatchObject({ checks: 4, violations: 0 });
});

it('goes by versions, not by the order in which watches tell', () => {
  const results = check(['b', ['10.20.0.0/24'], 6], ['a', ['10.20.0.0/24'], 1], ['a', 'gone', 5]);
  expect(results['node-cidr-unique']!.violations).toBe(0);
  const late = check(['a', 'gone', 5], ['b', ['10.20.0.0/24'], 6], ['a', ['10.20.0.0/24'], 1]);
  expect(late['node-cidr-unique']!.violations).toBe(0);
});

it('finds one CIDR on two nodes, though only for a while', () => {
  const results = check(
    ['a', ['10.20.0.0/24'], 1],
    ['b', ['10.20.0.0/24'], 3],
    ['a', 'gone', 4],
    ['b', [], 5],
  );
  expect(results['node-cidr-unique']).toMatchObject({
    violations: 1,
    witness: { text: '10.20.0.0/24 given to b while a had it', at: 3e9, ageNs: 2e9 },
  });
});

it('finds a part of another node’s CIDR', () => {
  const results = check(['a', ['10.20.0.0/20'], 1], ['b', ['10.20.3.0/24'], 2], ['c', ['10.20.16.0/20'], 3]);
  expect(results['node-cidr-unique']).toMatchObject({
    violations: 1,
    witness: { text: '10.20.3.0/24 given to b while a had it (of 10.20.0.0/20)' },
  });
});

it('takes a CIDR that is said again for the same one', () => {
  const results = check(['a', ['10.20.0.0/24'], 1], ['a', ['10.20.0.0/24', '10.20.1.0/24'], 2]);
  expect(results['node-cidr-unique']).toMatchObject({ checks: 2, violations: 0 });
});

it('finds what lies in no pool', () => {
  expect(check(['a', ['10.21.0.0/24'], 1])['node-cidr-in-pool']).toMatchObject({
    violations: 1,
    witness: { text: '10.21.0.0/24 given to a, outside 10.20.0.0/16, fd00::/64' },
  });
});
