import fc from 'fast-check';
import { Cidr } from '../cidr.ts';
import { familyBits } from '../family.ts';
import { Ip } from '../ip.ts';

/** Groups of IPv6 with many zeroes, so that the shortening of RFC 5952 has work to do. */
const group = fc.oneof(fc.constant(0n), fc.bigInt(0n, 0xffffn));

const ipv4 = fc.nat(0xffff_ffff).map((value) => Ip.fromValue('ipv4', BigInt(value)));
const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) =>
  Ip.fromValue(
    'ipv6',
    groups.reduce((value, next) => (value << 16n) | next, 0n),
  ),
);

/** Addresses of both families. */
export const anyIp: fc.Arbitrary<Ip> = fc.oneof(ipv4, ipv6);

/** Prefixes of both families and of every length. */
export const anyCidr: fc.Arbitrary<Cidr> = anyIp.chain((ip) =>
  fc.nat(familyBits(ip.family)).map((prefix) => Cidr.around(ip, prefix)),
);
