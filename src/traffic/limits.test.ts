import { expect, test } from 'vitest';
import { type ConnectionLoad, DEFAULT_LIMITS, limitUses } from './limits.ts';

const LOAD: ConnectionLoad = {
  protocol: 'tcp',
  ratePerSecond: 1000,
  seconds: 300,
  close: 'fin',
  destinations: 1,
  clients: 4,
};
const limits = { ...DEFAULT_LIMITS, openFiles: 20_000 };
const of = (load: Partial<ConnectionLoad>, more = {}) =>
  Object.fromEntries(limitUses({ ...LOAD, ...load }, { ...limits, ...more }).map((use) => [use.limit, use]));

test('a minute of connections waits in TIME_WAIT, for each destination apart', () => {
  expect(of({})['source-ports']).toEqual({
    limit: 'source-ports',
    needed: 60_004,
    available: 28_232,
    fits: false,
    advice: 'close with rst, lower the rate, or dial from more pods',
  });
  expect(of({ destinations: 10 })['source-ports']).toMatchObject({ needed: 6004, fits: true, advice: '' });
  expect(of({ seconds: 10 })['source-ports']).toMatchObject({ needed: 10_004, fits: true });
});

test('connections that are reset and datagrams leave their port at once', () => {
  expect(of({ close: 'rst' })['source-ports']).toMatchObject({ needed: 4, fits: true });
  expect(of({ protocol: 'udp' })['source-ports']).toMatchObject({ needed: 4, fits: true });
});

test('ports that are reserved cannot be had', () => {
  expect(of({}, { reservedPorts: 232 })['source-ports']).toMatchObject({ available: 28_000 });
});

test('entries of connection tracking outlive what they track, where there are any', () => {
  expect(of({})).not.toHaveProperty('conntrack');
  const tracked = { conntrackMax: 65_536, conntrackCount: 536 };
  expect(of({}, tracked).conntrack).toMatchObject({ needed: 120_004, available: 65_000, fits: false });
  expect(of({ close: 'rst' }, tracked).conntrack).toMatchObject({ needed: 10_004, fits: true });
  expect(of({ protocol: 'udp' }, tracked).conntrack).toMatchObject({ needed: 30_004, fits: true });
});

test('each client needs a descriptor', () => {
  expect(of({ clients: 19_901 })['open-files']).toMatchObject({ needed: 20_001, fits: false });
});
