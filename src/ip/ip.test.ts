import net from 'node:net';
import fc from 'fast-check';
import { Address6 } from 'ip-address';
import { describe, expect, it } from 'vitest';
import { Ip } from './ip.ts';
import { IpError } from './ip-error.ts';
import { anyIp } from './testing/arbitraries.ts';

describe('Ip', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['1::', '1::'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::AbCd', '2001:db8::abcd'],
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
  ])('should write %s as %s', (text, canonical) => {
    expect(Ip.parse(text).toString()).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.04',
    '1.2.3.256',
    '0x1.2.3.4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/24',
    '1.2.3.4.5',
    '::1%eth0',
    'fd00::1/64',
    '1::2::3',
    '12345::',
    '[::1]',
    '::01.2.3.4',
    ':::',
    '1:2:3:4:5:6:7',
    'node-1',
  ])('should refuse "%s"', (text) => {
    expect(() => Ip.parse(text)).toThrow(expect.objectContaining({ code: 'invalid-address', input: text }));
  });

  it('should say what was expected and what was found', () => {
    expect(() => Ip.parse('01.2.3.4')).toThrow(
      new IpError(
        'invalid-address',
        `Expected an IP address (IPv4 addresses can't have leading zeroes), got "01.2.3.4"`,
        '01.2.3.4',
      ),
    );
  });

  it('should read back what it wrote, as text and as bytes', () => {
    fc.assert(
      fc.property(anyIp, (ip) => {
        expect(net.isIP(ip.toString())).toBe(ip.family === 'ipv4' ? 4 : 6);
        expect(Ip.parse(ip.toString()).equals(ip)).toBe(true);
        expect(Ip.fromBytes(ip.bytes()).equals(ip)).toBe(true);
        expect(Ip.fromValue(ip.family, ip.value).toString()).toBe(ip.toString());
      }),
    );
  });

  it('should write IPv6 as the URL standard and ip-address do, mapped addresses apart', () => {
    fc.assert(
      fc.property(anyIp, (ip) => {
        fc.pre(ip.family === 'ipv6' && ip.value >> 32n !== 0xffffn);
        expect(`[${ip}]`).toBe(new URL(`http://[${ip}]/`).hostname);
        expect(ip.toString()).toBe(Address6.fromBigInt(ip.value).correctForm());
      }),
    );
  });

  it('should order as the numbers do, IPv4 first', () => {
    fc.assert(
      fc.property(fc.array(anyIp), (ips) => {
        const keys = ips.toSorted(Ip.compare).map((ip) => [ip.family, ip.value] as const);
        for (const [i, [family, value]] of keys.entries()) {
          const [nextFamily, nextValue] = keys[i + 1] ?? [family, value];
          expect(family === nextFamily ? value <= nextValue : family === 'ipv4').toBe(true);
        }
      }),
    );
  });

  it('should stop at the ends of the family', () => {
    expect(() => Ip.parse('255.255.255.255').plus(1)).toThrow(
      expect.objectContaining({ code: 'out-of-range' }),
    );
    expect(() => Ip.parse('::').plus(-1n)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    expect(Ip.parse('10.0.0.255').plus(1).toString()).toBe('10.0.1.0');
  });
});
