import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCount, formatDuration, formatRate, parseDuration, parseRate } from './quantities.ts';

test.each([
  ['300ms', 300e6],
  ['6s', 6e9],
  ['6.5s', 6.5e9],
  ['2m', 120e9],
  ['1h', 3600e9],
  ['1m30s', 90e9],
  ['15us', 15e3],
  ['15µs', 15e3],
  ['0s', 0],
])('%s is %d ns', (text, ns) => {
  expect(parseDuration(text)).toBe(ns);
});

test.each(['', '6', 's', '6 s', '-6s', '6sec', '1e3s', '.5s'])('"%s" is not a duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  ['300/s', 300],
  ['90/m', 1.5],
  ['1800/h', 0.5],
  ['0.5/s', 0.5],
])('%s is %d per second', (text, rate) => {
  expect(parseRate(text)).toBe(rate);
});

test.each(['300', '300/ms', '/s', '300 /s', '-1/s'])('"%s" is not a rate', (text) => {
  expect(parseRate(text)).toBeUndefined();
});

test('durations and rates for people', () => {
  expect([0, 15, 1500, 66.6666e9, 59.96e9, 5e6, 3600e9, 5400e9].map(formatDuration)).toEqual([
    '0s',
    '15ns',
    '1.5us',
    '1m7s',
    '60s',
    '5ms',
    '1h',
    '1h30m',
  ]);
  expect([300, 1.5, 0.5, 0.01].map(formatRate)).toEqual(['300/s', '1.5/s', '30/m', '36/h']);
  expect(formatCount(20_000)).toBe('20,000');
});

test('what is written for people can be read, and is off by less than a percent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e15 }), (ns) => {
      const read = parseDuration(formatDuration(ns))!;
      expect(Math.abs(read - ns)).toBeLessThanOrEqual(ns * 0.01);
    }),
    { seed: 1 },
  );
});
