import { expect, test } from 'vitest';
import { findIpam } from './find-ipam.ts';

test('host-local inside the podCIDRs is known, whatever hands the work on to it', () => {
  for (const declared of ['host-local', undefined]) {
    expect(findIpam({ declared, isKept: true, isOfNode: true })).toEqual({
      ipam: 'host-local',
      unknowns: [],
    });
  }
});

test.each([
  [{ declared: 'host-local', isKept: true, isOfNode: false }, 'outside the podCIDRs'],
  [{ declared: 'acme-ipam', isKept: false, isOfNode: true }, 'its IPAM acme-ipam is not known'],
  [{ declared: undefined, isKept: false, isOfNode: false }, 'names no IPAM'],
])('%j is unknown, and said', (evidence, said) => {
  const { ipam, unknowns } = findIpam(evidence);
  expect([ipam, unknowns[0]]).toEqual(['unknown', expect.stringContaining(said)]);
});
