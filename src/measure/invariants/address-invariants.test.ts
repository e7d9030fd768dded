import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AddressGranted, AddressReleased } from '../events.ts';
import { AddressInvariants } from './address-invariants.ts';

const granted = (at: number, address: string, owner: string): AddressGranted => ({
  kind: 'address.granted',
  at,
  address,
  owner,
  node: 'n1',
});
const released = (at: number, address: string, owner: string, asked = at): AddressReleased => ({
  ...granted(at, address, owner),
  kind: 'address.released',
  asked,
});

function check(events: readonly (AddressGranted | AddressReleased)[], cooldownNs = 0) {
  const invariants = new AddressInvariants({ pools: ['10.20.0.0/16', 'fd00::/64'], cooldownNs });
  for (const event of events) invariants.observe(event);
  return Object.fromEntries(invariants.results().map((result) => [result.name, result]));
}

describe('no IP on two live pods', () => {
  it('holds when an address goes from one pod to the next, at the same instant too', () => {
    const results = check([
      granted(1, '10.20.0.1', 'a'),
      released(5, '10.20.0.1', 'a'),
      granted(5, '10.20.0.1', 'b'),
    ]);
    expect(results['address-unique']).toMatchObject({ checks: 2, violations: 0 });
  });

  it('finds the overlap and names both pods and the age', () => {
    const results = check([granted(1e9, '10.20.0.1', 'a'), granted(3e9, '10.20.0.1', 'b')]);
    expect(results['address-unique']).toMatchObject({
      violations: 1,
      witness: { text: '10.20.0.1 given to b on n1 while a on n1 had it', at: 3e9, ageNs: 2e9 },
    });
  });

  it('does not depend on the order in which events become known', () => {
    const results = check([
      granted(5, '10.20.0.1', 'b'),
      released(4, '10.20.0.1', 'a'),
      granted(1, '10.20.0.1', 'a'),
    ]);
    expect(results['address-unique']!.violations).toBe(0);
  });

  it('takes a repeated ADD of the same pod for one pod', () => {
    const results = check([granted(1, '10.20.0.1', 'a'), granted(2, '10.20.0.1', 'a')]);
    expect(results['address-unique']!.violations).toBe(0);
  });

  it('does not free an address on a DEL of somebody else', () => {
    const results = check([
      granted(1, '10.20.0.1', 'a'),
      released(2, '10.20.0.1', 'x'),
      granted(3, '10.20.0.1', 'b'),
    ]);
    expect(results['address-unique']!.violations).toBe(1);
  });

  it('is unknown, not held, once an event comes after its time was checked', () => {
    const invariants = new AddressInvariants({ pools: ['10.20.0.0/16'], cooldownNs: 0 });
    invariants.observe(granted(10, '10.20.0.1', 'a'));
    invariants.advance(20);
    invariants.observe(released(15, '10.20.0.1', 'a'));
    expect(invariants.results()[0]!.unknown).toBe(
      'an event (address.released 10.20.0.1) came after its time was checked',
    );
  });

  it('agrees with comparing all pairs of intervals', () => {
    const lease = fc.record({
      address: fc.constantFrom('10.20.0.1', '10.20.0.2'),
      start: fc.integer({ min: 0, max: 40 }),
      length: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(lease, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (leases, shuffle) => {
        const events = leases.flatMap(({ address, start, length }, i) => [
          granted(start, address, `pod-${i}`),
          released(start + length, address, `pod-${i}`),
        ]);
        const shuffled = events
          .map((event) => [shuffle.next().value as number, event] as const)
          .sort(([a], [b]) => a - b)
          .map(([, event]) => event);
        const overlaps = leases.some((a, i) =>
          leases.some(
            (b, j) =>
              i < j &&
              a.address === b.address &&
              a.start < b.start + b.length &&
              b.start < a.start + a.length,
          ),
        );
        expect(check(shuffled)['address-unique']!.violations > 0).toBe(overlaps);
      }),
    );
  });
});

describe('no IP outside its pool', () => {
  it('looks at both families', () => {
    const results = check([
      granted(1, '10.20.255.9', 'a'),
      granted(1, 'fd00::9', 'a'),
      granted(2, '10.21.0.1', 'b'),
    ]);
    expect(results['address-in-pool']).toMatchObject({
      checks: 3,
      violations: 1,
      witness: { text: '10.21.0.1 given to b on n1, outside 10.20.0.0/16, fd00::/64' },
    });
  });
});

describe('no IP outside the pool that a pod asked for', () => {
  it('looks at that pool alone', () => {
    const named = { small: ['10.20.0.0/24'], large: ['10.20.1.0/24'] };
    const invariants = new AddressInvariants({ pools: ['10.20.0.0/16'], named, cooldownNs: 0 });
    invariants.observe({ ...granted(1, '10.20.0.1', 'a'), pool: 'small' });
    invariants.observe({ ...granted(2, '10.20.0.2', 'b'), pool: 'large' });
    expect(invariants.results().find(({ name }) => name === 'address-in-pool')).toMatchObject({
      checks: 2,
      violations: 1,
      witness: { text: '10.20.0.2 given to b on n1, outside pool large of 10.20.1.0/24' },
    });
  });
});

describe('no reuse before the cooldown', () => {
  const reuse = (at: number) => [
    granted(0, '10.20.0.1', 'a'),
    released(2e9, '10.20.0.1', 'a', 1e9),
    granted(at, '10.20.0.1', 'b'),
  ];

  it('counts from the asking for the release', () => {
    expect(check(reuse(4e9), 3e9)['address-cooldown']).toMatchObject({ checks: 2, violations: 0 });
    expect(check(reuse(3.9e9), 3e9)['address-cooldown']).toMatchObject({
      violations: 1,
      witness: {
        text: '10.20.0.1 given to b on n1 2.90 s after a on n1 gave it back; cooldown 3.00 s',
        ageNs: 2.9e9,
      },
    });
  });

  it('is not claimed where no cooldown is promised', () => {
    expect(check(reuse(2e9), 0)['address-cooldown']).toBeUndefined();
  });
});
