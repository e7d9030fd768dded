import { describe, expect, it } from 'vitest';
import { Cidr } from './cidr.ts';
import { firstUsable, lastUsable, usableSize } from './usable.ts';

describe('usable addresses', () => {
  it.each([
    ['10.0.0.0/24', '10.0.0.1', '10.0.0.254', 254n],
    ['10.0.0.0/30', '10.0.0.1', '10.0.0.2', 2n],
    ['10.0.0.0/31', '10.0.0.0', '10.0.0.1', 2n],
    ['10.0.0.7/32', '10.0.0.7', '10.0.0.7', 1n],
    ['fd00::/112', 'fd00::1', 'fd00::ffff', 65_535n],
    ['fd00::/126', 'fd00::1', 'fd00::3', 3n],
    ['fd00::/127', 'fd00::', 'fd00::1', 2n],
    ['fd00::5/128', 'fd00::5', 'fd00::5', 1n],
  ])('should be, in %s, from %s to %s: %s', (text, first, last, size) => {
    const { cidr } = Cidr.parse(text);
    expect([firstUsable(cidr).toString(), lastUsable(cidr).toString(), usableSize(cidr)]).toEqual([
      first,
      last,
      size,
    ]);
  });
});
