import { describe, expect, it, test } from 'vitest';
import { decideCloudCidrs } from './cloud-decision.ts';

const V4 = '10.0.1.0/24';
const V6 = 'fd00::/64';

test.each([
  [[V4], [], { write: true, reassigns: false }],
  [[V4], [V4], { write: false, reassigns: false }],
  [[V4], [V4, V6], { write: false, reassigns: false }],
  [[V4, V6], [V4, V6], { write: false, reassigns: false }],
  [[V4, V6], [V4], { write: true, reassigns: true }],
  [[V4], ['10.0.2.0/24'], { write: true, reassigns: true }],
  [[V4, V6, 'fd01::/64'], [], { write: true, reassigns: false }],
])('the provider names %o where the object has %o: %o', (named, listed, decision) => {
  const { cidrs, ...rest } = decideCloudCidrs('n', named, listed);
  expect(rest).toEqual(decision);
  expect(cidrs.map(String)).toEqual(named.slice(0, 2));
});

describe('decideCloudCidrs', () => {
  it.each([
    [[], [], 'failed to allocate cidr: Node n has no CIDRs'],
    [['10.0.1'], [], 'failed to parse strings [10.0.1] as CIDRs'],
    [[V4, '10.0.2.0/24'], [V4, V6], 'err: IPs are not dual stack, CIDRS: [10.0.1.0/24 10.0.2.0/24]'],
  ])('should refuse %o where the object has %o', (named, listed, problem) => {
    expect(() => decideCloudCidrs('n', named, listed)).toThrow(problem);
  });
});
