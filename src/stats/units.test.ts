import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, formatCount, formatRound, significant, type Unit } from './units.ts';

describe('format', () => {
  it.each<[number, Unit, string]>([
    [0, 'ns', '0 ns'],
    [7, 'ns', '7.00 ns'],
    [999.96, 'ns', '1.00 µs'],
    [12_345, 'ns', '12.3 µs'],
    [999_960, 'ns', '1.00 ms'],
    [123_456_789, 'ns', '123 ms'],
    [1.5e9, 'ns', '1.50 s'],
    [75e9, 'ns', '75.0 s'],
    [900e9, 'ns', '15.0 min'],
    [9000e9, 'ns', '2.50 h'],
    [-1500, 'ns', '-1.50 µs'],
    [512, 'bytes', '512 B'],
    [1536, 'bytes', '1.50 KiB'],
    [24 * 2 ** 30, 'bytes', '24.0 GiB'],
    [2 ** 20, 'bytes/s', '1.00 MiB/s'],
    [309.6, '1/s', '310/s'],
    [11_700, '1/s', '11.7k/s'],
    [0.1234, 'ratio', '12.3 %'],
    [1.25, 'cores', '1.25 cores'],
    [20_000, 'count', '20,000'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(format(value, unit)).toBe(text);
  });

  it('keeps three digits of whatever it shows', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
        expect(Math.abs(Number(significant(value)) - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });
});

describe('formatCount', () => {
  it('groups by thousands', () => {
    expect([7, 1234, 1234567].map(formatCount)).toEqual(['7', '1,234', '1,234,567']);
  });
});

describe('formatRound', () => {
  it.each<[number, string]>([
    [10e6, '10 ms'],
    [2.5e9, '2.5 s'],
    [100e6, '100 ms'],
    [1, '1 ns'],
  ])('%d ns is %s', (value, text) => {
    expect(formatRound(value, 'ns')).toBe(text);
  });
});
