import fc from 'fast-check';
import { Cidr, Ip } from '../../src/ip/index.ts';

/** Up to 64 pieces, in IPv6 on both sides of the middle of an address and across it. */
export const room = fc.oneof(
  fc.record({ base: fc.constant('10.8.0.0'), prefix: fc.integer({ min: 13, max: 26 }), bits: bits(6) }),
  fc.record({ base: fc.constant('fd00:8::'), prefix: fc.integer({ min: 44, max: 122 }), bits: bits(6) }),
);
export type Room = typeof room extends fc.Arbitrary<infer T> ? T : never;

function bits(max: number) {
  return fc.integer({ min: 0, max });
}

export function cluster({ base, prefix }: Room): Cidr {
  return Cidr.around(Ip.parse(base), prefix);
}

/** A CIDR in or around a room: `at` says where in 2^16 parts of it and its neighbour, `longer` how much smaller. */
export const place = fc.record({ at: bits(2 ** 17 - 1), longer: fc.integer({ min: -2, max: 9 }) });
export type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

export function placed(within: Cidr, { at, longer }: Place): string {
  const limit = within.family === 'ipv4' ? 32 : 128;
  const value = within.network.value + (within.size * BigInt(at)) / 65_536n;
  return Cidr.around(Ip.fromValue(within.family, value), Math.min(limit, within.prefix + longer)).toString();
}
