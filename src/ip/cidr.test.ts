import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr } from './cidr.ts';
import { familyBits } from './family.ts';
import { anyCidr, anyIp } from './testing/arbitraries.ts';

/** A prefix, a length inside it and the number of one of its subnets. */
const subnetCase = anyCidr.chain((cidr) =>
  fc.integer({ min: cidr.prefix, max: familyBits(cidr.family) }).chain((prefix) =>
    fc.record({
      cidr: fc.constant(cidr),
      prefix: fc.constant(prefix),
      index: fc.bigInt(0n, cidr.subnetCount(prefix) - 1n),
    }),
  ),
);

describe('Cidr', () => {
  it('should keep the network and report host bits', () => {
    expect(Cidr.parse('10.20.30.40/24')).toMatchObject({ hostBits: true });
    expect(Cidr.parse('10.20.30.40/24').cidr.toString()).toBe('10.20.30.0/24');
    expect(Cidr.parse('10.20.30.0/24').hostBits).toBe(false);
    expect(Cidr.parse('FD00:20::1/64').cidr.toString()).toBe('fd00:20::/64');
    expect(() => Cidr.parseExact('10.20.30.40/24')).toThrow(expect.objectContaining({ code: 'host-bits' }));
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '::/0x1',
    '/8',
  ])('should refuse "%s"', (text) => {
    expect(() => Cidr.parse(text)).toThrow(expect.objectContaining({ code: 'invalid-cidr', input: text }));
  });

  it('should read back what it wrote', () => {
    fc.assert(
      fc.property(anyCidr, (cidr) => {
        const parsed = Cidr.parse(cidr.toString());
        expect(parsed.hostBits).toBe(false);
        expect(parsed.cidr.equals(cidr)).toBe(true);
      }),
    );
  });

  it('should contain exactly the addresses from its network to its last one', () => {
    fc.assert(
      fc.property(anyCidr, anyIp, (cidr, ip) => {
        expect(cidr.contains(cidr.network)).toBe(true);
        expect(cidr.contains(cidr.last)).toBe(true);
        const inside = ip.family === cidr.family && Cidr.around(ip, cidr.prefix).equals(cidr);
        expect(cidr.contains(ip)).toBe(inside);
        if (inside) expect(cidr.address(cidr.offsetOf(ip)).equals(ip)).toBe(true);
        else expect(() => cidr.offsetOf(ip)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
      }),
    );
  });

  it('should number its subnets without gap or overlap', () => {
    fc.assert(
      fc.property(subnetCase, ({ cidr, prefix, index }) => {
        const subnet = cidr.subnet(prefix, index);
        expect(cidr.contains(subnet)).toBe(true);
        expect(cidr.subnetIndex(subnet)).toBe(index);
        expect(subnet.size * cidr.subnetCount(prefix)).toBe(cidr.size);
        if (index + 1n < cidr.subnetCount(prefix)) {
          const next = cidr.subnet(prefix, index + 1n);
          expect(next.overlaps(subnet)).toBe(false);
          expect(next.network.value).toBe(subnet.network.value + subnet.size);
        } else
          expect(() => cidr.subnet(prefix, index + 1n)).toThrow(
            expect.objectContaining({ code: 'out-of-range' }),
          );
      }),
    );
  });

  it('should overlap in both directions or in none', () => {
    fc.assert(
      fc.property(anyCidr, anyCidr, (a, b) => {
        const share =
          a.family === b.family && a.network.value <= b.last.value && b.network.value <= a.last.value;
        expect(a.overlaps(b)).toBe(share);
        expect(b.overlaps(a)).toBe(share);
      }),
    );
  });

  it('should sort by network, the shorter prefix first', () => {
    const sorted = ['fd00::/8', '10.0.0.0/16', '10.0.0.0/8', '9.0.0.0/8'].map(
      (text) => Cidr.parse(text).cidr,
    );
    expect(sorted.sort(Cidr.compare).join(' ')).toBe('9.0.0.0/8 10.0.0.0/8 10.0.0.0/16 fd00::/8');
  });
});
