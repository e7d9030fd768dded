import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Ip } from '../../../ip/index.ts';
import type { Codec } from '../../../kernel/bpf/index.ts';
import { BACKEND_FLAGS, BACKEND_VALUE, SLOT_KEY, VIEWS } from './backend.ts';
import { CONNTRACK_CLOSING, IDLE_SECONDS, SERVICE_CONFIG } from './flow-state.ts';
import { FRONTEND_KEY, FRONTEND_VALUE } from './frontend.ts';
import { MAGLEV_KEY } from './maglev.ts';
import { SERVICE_METRICS } from './metric.ts';

const header = readFileSync(path.resolve(import.meta.dirname, '../../bpf/service-layout.h'), 'utf8');
const number = (name: string): number => Number(new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1]);

test('counters and views have the names and the order of their enums', () => {
  const names = (prefix: string) =>
    [...header.matchAll(new RegExp(`^\\t${prefix}_(\\w+),`, 'gm'))].map(([, name]) =>
      name!.toLowerCase().replaceAll('_', '-'),
    );
  expect([...SERVICE_METRICS, 'metric-count']).toEqual(names('SERVICE'));
  expect([...VIEWS, 'count']).toEqual(names('VIEW'));
});

test('numbers are the same on both sides', () => {
  expect(number('BACKEND_IN_ALL')).toBe(BACKEND_FLAGS.inAll);
  expect(number('BACKEND_IN_LOCAL')).toBe(BACKEND_FLAGS.inLocal);
  expect(number('BACKEND_LOCAL')).toBe(BACKEND_FLAGS.local);
  expect(number('BACKEND_TERMINATING')).toBe(BACKEND_FLAGS.terminating);
  expect(number('CONNTRACK_CLOSING')).toBe(CONNTRACK_CLOSING);
  expect(number('IDLE_TCP')).toBe(IDLE_SECONDS.tcp);
  expect(number('IDLE_CLOSING')).toBe(IDLE_SECONDS.closing);
  expect(number('IDLE_UDP')).toBe(IDLE_SECONDS.udp);
});

const entry = { kind: 'NodePort', service: 7, counts: [3, 1], affinitySeconds: 60 } as const;
const policies = { internalLocal: false, externalLocal: true, maglev: true, dsr: false };

test.each([
  ['frontends', FRONTEND_KEY, { family: 'ipv4', protocol: 'UDP', address: Ip.parse('10.96.0.1'), port: 53 }],
  ['node ports', FRONTEND_KEY, { family: 'ipv6', protocol: 'TCP', address: null, port: 30_000 }],
  ['frontend entries', FRONTEND_VALUE, { ...entry, ...policies }],
  ['slots', SLOT_KEY, { service: 7, view: 1, index: 3 }],
  [
    'backends',
    BACKEND_VALUE,
    { address: Ip.parse('fd00::1'), port: 80, protocol: 'TCP', service: 7, flags: 5 },
  ],
  ['tables', MAGLEV_KEY, { service: 7, view: 1 }],
  [
    'the configuration',
    SERVICE_CONFIG,
    {
      node: [Ip.parse('172.30.0.1'), Ip.parse('fd00::1')],
      loopback: [Ip.parse('169.254.42.1'), Ip.parse('100::1')],
      maglevSize: 1021,
      nodePorts: [30_000, 32_767],
      snatPorts: [61_000, 65_535],
      uplinkMac: Buffer.from('020000000001', 'hex'),
    },
  ],
] as [string, Codec<unknown>, unknown][])('%s are read as they are written', (_, codec, value) => {
  // Memory that was used before: every byte must be set.
  const [bytes, again] = [Buffer.alloc(codec.size, 0xff), Buffer.alloc(codec.size)];
  codec.write(value, bytes);
  codec.write(value, again);
  expect(codec.read(bytes)).toEqual(value);
  expect(bytes.equals(again)).toBe(true);
});

test('keys are in memory as the header has them', () => {
  const bytes = Buffer.alloc(FRONTEND_KEY.size);
  FRONTEND_KEY.write({ family: 'ipv4', protocol: 'TCP', address: Ip.parse('10.96.0.1'), port: 80 }, bytes);
  expect(bytes.toString('hex')).toBe(`0a600001${'00'.repeat(12)}00500604`);
});
