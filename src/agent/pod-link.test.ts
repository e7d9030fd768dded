import { expect, test } from 'vitest';
import { Ip } from '../ip/index.ts';
import { linkName, podMac } from './pod-link.ts';

test('a link name is the same for the same attachment, another for any other, and fits the kernel', () => {
  const name = linkName('c1', 'eth0');
  expect(linkName('c1', 'eth0')).toBe(name);
  // IFNAMSIZ less the NUL.
  expect(name).toHaveLength(15);
  const names = Array.from({ length: 10_000 }, (_, i) => linkName(`c${i}`, i % 2 ? 'eth0' : 'eth1'));
  expect(new Set(names).size).toBe(names.length);
  expect(linkName('a:b', 'c')).not.toBe(linkName('a', 'c'));
});

test('a hardware address is locally administered, unicast, and made of the IP', () => {
  expect(Buffer.from(podMac(Ip.parse('10.20.0.7'))).toString('hex')).toBe('0a580a140007');
  expect(Buffer.from(podMac(Ip.parse('fd00:20::1:7'))).toString('hex')).toBe('0a5800010007');
});
