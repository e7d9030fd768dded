import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint, EndpointSlice } from '../../../index.ts';
import { type Group, MAX_ENDPOINTS, planSlices, portsKey, type SlicePlan } from './slice-plan.ts';

const PORTS = [{ name: '', port: 80, protocol: 'TCP' as const }];
let counter = 0;

const endpoint = (ip: string, ready = true): Endpoint => ({ addresses: [ip], conditions: { ready } });
const ips = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `10.0.${(from + index) >> 8}.${(from + index) & 255}`);
const slice = (endpoints: readonly Endpoint[], ports: EndpointSlice['ports'] = PORTS): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `s${counter++}` },
  addressType: 'IPv4',
  endpoints,
  ...(ports ? { ports } : {}),
});

function groups(addresses: readonly string[], ready = true): Map<string, Group> {
  if (addresses.length === 0) return new Map();
  const endpoints = new Map(addresses.map((ip) => [ip, endpoint(ip, ready)]));
  return new Map([[portsKey(PORTS), { ports: PORTS, endpoints }]]);
}

function apply(existing: readonly EndpointSlice[], plan: SlicePlan): EndpointSlice[] {
  const kept = existing.filter((one) => !plan.delete.includes(one));
  const updated = kept.map((one) => {
    const update = plan.update.find(({ slice }) => slice === one);
    return update ? { ...one, endpoints: update.endpoints } : one;
  });
  return [...updated, ...plan.create.map(({ ports, endpoints }) => slice(endpoints, ports))];
}

const addressesOf = (slices: readonly EndpointSlice[]) =>
  slices.flatMap(({ endpoints }) => endpoints.map(({ addresses }) => addresses[0])).toSorted();

describe('planSlices', () => {
  test('keeps an empty slice for a service without endpoints', () => {
    const plan = planSlices(new Map(), []);
    expect(plan).toEqual({ create: [{ ports: [], endpoints: [] }], update: [], delete: [] });
    expect(planSlices(new Map(), [slice([], [])])).toEqual({ create: [], update: [], delete: [] });
  });

  test('writes nothing when nothing changed', () => {
    const existing = [slice(ips(60).map((ip) => endpoint(ip)))];
    expect(planSlices(groups(ips(60)), existing)).toEqual({ create: [], update: [], delete: [] });
  });

  test('writes only the slice whose endpoint changed, and fills it first', () => {
    const one = slice(ips(60).map((ip) => endpoint(ip)));
    const two = slice(ips(60, 60).map((ip) => endpoint(ip)));
    const wanted = groups([...ips(120), ...ips(5, 200)]);
    wanted.get(portsKey(PORTS))?.endpoints.set('10.0.0.60', endpoint('10.0.0.60', false));
    const plan = planSlices(wanted, [one, two]);
    expect(plan.update.map(({ slice, endpoints }) => [slice, endpoints.length])).toEqual([[two, 65]]);
    expect([plan.create, plan.delete]).toEqual([[], []]);
  });

  test('replaces slices of other ports', () => {
    const old = slice([endpoint('10.0.0.1')], [{ port: 81 }]);
    const plan = planSlices(groups(['10.0.0.1']), [old]);
    expect(plan.delete).toEqual([old]);
    expect(plan.create).toHaveLength(1);
  });

  test('after any change every endpoint is in one slice, and none is over full', () => {
    const sizes = fc.array(fc.nat(350), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.nat(100), (steps, shift) => {
        let slices: EndpointSlice[] = [];
        for (const [index, size] of steps.entries()) {
          const wanted = ips(size, index * shift);
          slices = apply(slices, planSlices(groups(wanted, index % 2 === 0), slices));
          expect(addressesOf(slices)).toEqual(wanted.toSorted());
          for (const { endpoints } of slices) expect(endpoints.length).toBeLessThanOrEqual(MAX_ENDPOINTS);
          expect(slices.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 50 },
    );
  });
});
