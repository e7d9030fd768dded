import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ip } from '../../ip/index.ts';
import { arrange, refill, usableOf } from './arrange.ts';
import { difference, noChanges } from './difference.ts';
import { IdPool } from './id-pool.ts';
import { BACKEND_FLAGS } from './maps/backend.ts';
import type { EndpointSpec, ServicePortSpec } from './spec.ts';

const endpoint = (host: number, state: Partial<EndpointSpec> = {}): EndpointSpec => ({
  address: Ip.parse(`10.20.0.${host}`),
  port: 8080,
  node: 'n1',
  ready: true,
  serving: true,
  terminating: false,
  ...state,
});
const ENDING = { ready: false, serving: true, terminating: true };
const DEAD = { ready: false, serving: false, terminating: true };

const spec = (endpoints: readonly EndpointSpec[], more: Partial<ServicePortSpec> = {}): ServicePortSpec => ({
  key: 'default/web:/TCP/ipv4',
  family: 'ipv4',
  protocol: 'TCP',
  frontends: [
    { kind: 'ClusterIP', address: Ip.parse('10.96.0.1'), port: 80 },
    { kind: 'NodePort', address: null, port: 30_000 },
  ],
  endpoints,
  internalLocal: false,
  externalLocal: false,
  affinitySeconds: 0,
  maglev: false,
  dsr: false,
  ...more,
});

const newIds = () => ({ services: new IdPool(), backends: new IdPool() });

describe('who gets new connections', () => {
  const usable = (endpoints: readonly EndpointSpec[]) => endpoints.filter(usableOf(endpoints));

  test('the ready ones; those that end only while there are none', () => {
    const [ready, ending, dead] = [endpoint(1), endpoint(2, ENDING), endpoint(3, DEAD)];
    expect(usable([ready, ending, dead])).toEqual([ready]);
    expect(usable([ending, dead])).toEqual([ending]);
    expect(usable([dead])).toEqual([]);
  });

  test('ready is ready, also while it ends (publishNotReadyAddresses)', () => {
    const both = endpoint(1, { ready: true, terminating: true });
    expect(usable([both])).toEqual([both]);
  });

  test('each view decides by itself: here only one that ends, elsewhere ready ones', () => {
    const endpoints = [endpoint(1, { node: 'n2' }), endpoint(2, ENDING)];
    const { backends, slots } = arrange(undefined, spec(endpoints, { internalLocal: true }), 'n1', newIds());
    expect(slots).toEqual([[1], [2]]);
    expect(backends.map(({ flags }) => flags)).toEqual([
      BACKEND_FLAGS.inAll,
      BACKEND_FLAGS.inLocal | BACKEND_FLAGS.local | BACKEND_FLAGS.terminating,
    ]);
  });
});

test('without a policy Local there are no slots for it', () => {
  const { slots } = arrange(undefined, spec([endpoint(1)]), 'n1', newIds());
  expect(slots).toEqual([[1], []]);
});

test('an endpoint that is named twice is one backend', () => {
  const { backends, slots } = arrange(undefined, spec([endpoint(1), endpoint(1)]), 'n1', newIds());
  expect(backends).toHaveLength(1);
  expect(slots[0]).toEqual([1]);
});

describe('slots', () => {
  test('keep who stays, fill holes with new ones, then from the end', () => {
    expect(refill([1, 2, 3, 4], [1, 3, 4])).toEqual([1, 4, 3]);
    expect(refill([1, 2, 3, 4], [1, 3, 4, 5])).toEqual([1, 5, 3, 4]);
    expect(refill([1, 2], [])).toEqual([]);
    expect(refill([1, 2], [3, 4, 5])).toEqual([3, 4, 5]);
  });

  test('hold exactly who is wanted, whatever was there', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(ids, ids, (old, wanted) => {
        expect([...refill(old, wanted)].sort()).toEqual([...wanted].sort());
      }),
    );
  });
});

describe('a change', () => {
  test('of one endpoint touches its own entries and the counts', () => {
    const ids = newIds();
    const before = arrange(undefined, spec([1, 2, 3].map((host) => endpoint(host))), 'n1', ids);
    const after = arrange(before, spec([1, 2, 3, 4].map((host) => endpoint(host))), 'n1', ids);
    const changes = noChanges();
    difference(before, after, changes);
    expect(changes.putBackends.map(([id]) => id)).toEqual([4]);
    expect(changes.putSlots).toEqual([[{ service: 1, view: 0, index: 4 }, 4]]);
    expect(changes.putFrontends.map(([, { counts }]) => counts)).toEqual([
      [4, 0],
      [4, 0],
    ]);
    const back = noChanges();
    difference(after, arrange(after, spec([2, 3, 4].map((host) => endpoint(host))), 'n1', ids), back);
    expect(back.putSlots).toEqual([[{ service: 1, view: 0, index: 1 }, 4]]);
    expect(back.deleteSlots).toEqual([{ service: 1, view: 0, index: 4 }]);
    expect(back.deleteBackends).toEqual([1]);
  });

  test('to what is there already is none', () => {
    const ids = newIds();
    const before = arrange(undefined, spec([endpoint(1)], { maglev: true }), 'n1', ids);
    const changes = noChanges();
    difference(before, arrange(before, spec([endpoint(1)], { maglev: true }), 'n1', ids), changes);
    expect(changes).toEqual(noChanges());
  });

  test('never leaves a slot empty below the count of a frontend', () => {
    const hosts = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(hosts, { minLength: 2, maxLength: 6 }), (states) => {
        const ids = newIds();
        const slots = new Map<number, number>();
        const backends = new Set<number>();
        let count = 0;
        const readable = () => {
          const ids = Array.from({ length: count }, (_, i) => slots.get(i + 1));
          return ids.every((id) => id !== undefined && backends.has(id));
        };
        let placed: ReturnType<typeof arrange> | undefined;
        for (const state of states) {
          const next = arrange(placed, spec(state.map((host) => endpoint(host))), 'n1', ids);
          const changes = noChanges();
          difference(placed, next, changes);
          // The order of Changes, entry by entry.
          const steps = [
            ...changes.putBackends.map(
              ([id]) =>
                () =>
                  backends.add(id),
            ),
            ...changes.putSlots.map(
              ([{ index }, id]) =>
                () =>
                  slots.set(index, id),
            ),
            ...changes.putFrontends.map(([, { counts }]) => () => {
              count = counts[0];
            }),
            ...changes.deleteSlots.map(
              ({ index }) =>
                () =>
                  slots.delete(index),
            ),
            ...changes.deleteBackends.map((id) => () => backends.delete(id)),
          ];
          for (const step of steps) {
            step();
            if (!readable()) return false;
          }
          placed = next;
        }
        return true;
      }),
    );
  });
});

test('the cluster IP has one policy for all; what is for outside is open to the node', () => {
  const changes = noChanges();
  const policies = { internalLocal: true, externalLocal: true, dsr: true };
  difference(undefined, arrange(undefined, spec([endpoint(1)], policies), 'n1', newIds()), changes);
  expect(changes.putFrontends.map(([, entry]) => entry)).toMatchObject([
    { kind: 'ClusterIP', internalLocal: true, externalLocal: true, dsr: false },
    { kind: 'NodePort', internalLocal: false, externalLocal: true, dsr: true },
  ]);
});
