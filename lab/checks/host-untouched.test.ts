import { expect, test } from 'vitest';
import { parseListeners } from './host-sockets.ts';
import { compareHost, mounts } from './host-untouched.ts';

test('says what came and what went, by section', () => {
  const before = { links: ['1: lo', '2: eth0 mtu 1500'], mounts: ['a'] };
  const after = { links: ['1: lo', '2: eth0 mtu 1400', '3: br0'], mounts: ['a'], sockets: ['tcp x'] };
  expect(compareHost(before, after)).toEqual([
    'links: - 2: eth0 mtu 1500',
    'links: + 2: eth0 mtu 1400',
    'links: + 3: br0',
    'sockets: + tcp x',
  ]);
  expect(compareHost(before, before)).toEqual([]);
});

test('a mount is known by where and what, not by its number', () => {
  const first = mounts('24 1 0:22 / /proc rw shared:5 - proc proc rw\n');
  expect(first).toEqual(mounts('99 2 0:22 / /proc rw shared:5 - proc proc rw\n'));
  expect(first).toEqual(['/ /proc rw shared:5 - proc proc rw']);
});

test('sockets on loopback reach nobody, in both families', () => {
  const lines = [
    '0100007F:1F90',
    '00000000:0016',
    '00000000000000000000000001000000:0050',
    '0000000000000000FFFF00000100007F:0051',
    '00000000000000000000000000000000:0052',
  ];
  const table = [
    'header',
    ...lines.map((address, n) => `  ${n}: ${address} 00000000:0000 0A 0 0`),
    '9: 00000000:0001 0:0 01',
  ];
  expect(parseListeners(table.join('\n'), '0A')).toEqual([
    '00000000:0016',
    '00000000000000000000000000000000:0052',
  ]);
});
