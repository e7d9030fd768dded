import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cidr, Ip } from '../../ip/index.ts';
import type { Codec } from '../../kernel/bpf/index.ts';
import { MARK_CLUSTER } from '../node/masquerade.ts';
import { CONFIG_VALUE } from './config.ts';
import { ENDPOINT_KEY, ENDPOINT_VALUE } from './endpoint.ts';
import { FLOW_KEY } from './flow.ts';
import { METRICS } from './metric.ts';
import { REMOTE_KEY, REMOTE_VALUE } from './remote.ts';

const header = readFileSync(path.resolve(import.meta.dirname, '../bpf/layout.h'), 'utf8');

test('counters have the names and the order of the enum', () => {
  const names = [...header.matchAll(/^\tMETRIC_(\w+),/gm)].map(([, name]) =>
    name!.toLowerCase().replaceAll('_', '-'),
  );
  expect([...METRICS, 'count']).toEqual(names);
});

test('the mark that spares a packet the masquerade is the same on both sides', () => {
  expect(Number(/#define MARK_CLUSTER (0x\w+)u/.exec(header)?.[1])).toBe(MARK_CLUSTER);
});

/** Writes into memory that was used before: every byte must be set. */
function roundTrip<T>(codec: Codec<T>, value: T): { bytes: string; value: T } {
  const bytes = Buffer.alloc(codec.size, 0xff);
  codec.write(value, bytes);
  return { bytes: bytes.toString('hex'), value: codec.read(bytes) };
}

const ip = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => Ip.fromValue('ipv4', value)),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => Ip.fromValue('ipv6', value)),
);
const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => Buffer.from(bytes));

describe('what is written is read', () => {
  test.each([
    ['endpoint keys', ENDPOINT_KEY, ip],
    [
      'endpoints',
      ENDPOINT_VALUE,
      fc.record({ kind: fc.constant('pod'), ifindex: fc.nat(), podMac: mac, hostMac: mac }),
    ],
    ['addresses of the node', ENDPOINT_VALUE, fc.constant({ kind: 'node' })],
    ['next hops', REMOTE_VALUE, ip],
    [
      'configurations',
      CONFIG_VALUE,
      fc.record({
        routing: fc.constantFrom('direct', 'vxlan'),
        shortCuts: fc.constantFrom('always', 'untranslated', 'never'),
        uplinkIndex: fc.nat(),
        overlayIndex: fc.nat(),
        vni: fc.nat(),
        podMtu: fc.nat(),
      }),
    ],
  ] as [string, Codec<unknown>, fc.Arbitrary<unknown>][])('%s', (_, codec, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(roundTrip(codec, value).value).toEqual(value);
      }),
    );
  });

  test('prefixes', () => {
    fc.assert(
      fc.property(ip, fc.nat(32), (address, prefix) => {
        const cidr = Cidr.around(address, prefix);
        expect(roundTrip(REMOTE_KEY, cidr).value.toString()).toBe(cidr.toString());
      }),
    );
  });

  test('flows', () => {
    for (const [source, destination] of [
      ['10.0.0.1', '10.0.0.2'],
      ['fd00::1', 'fd00::2'],
    ] as const) {
      const ends = { source: Ip.parse(source), destination: Ip.parse(destination) };
      const flow = { ...ends, sourcePort: 80, destinationPort: 65_535, protocol: 6 };
      expect(roundTrip(FLOW_KEY, flow).value).toEqual(flow);
    }
  });
});

test('keys are in memory as bpf/layout.h has them', () => {
  expect(roundTrip(ENDPOINT_KEY, Ip.parse('10.20.1.2')).bytes).toBe(`0a140102${'00'.repeat(12)}04000000`);
  expect(roundTrip(REMOTE_KEY, Cidr.parseExact('10.20.1.0/24')).bytes).toBe(
    `3800000004000000${'0a140100'}${'00'.repeat(12)}`,
  );
  expect(roundTrip(REMOTE_KEY, Cidr.parseExact('fd00::/64')).bytes).toBe(
    `6000000006000000fd00${'00'.repeat(14)}`,
  );
});
