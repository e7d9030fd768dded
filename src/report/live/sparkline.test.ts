import { expect, test } from 'vitest';
import { sparkline } from './sparkline.ts';

test('bars stand on zero, the newest at the right, and a second without a value is a gap', () => {
  expect(sparkline([0, 1, 2, 3, 4, undefined, 8], 10)).toBe('   ▁▁▂▃▄ █');
  expect(sparkline([100, 4, 8], 2)).toBe('▄█');
});

test('nothing is a line on the ground, and what is above the top is at the top', () => {
  expect(sparkline([0, 0], 3)).toBe(' ▁▁');
  expect(sparkline([0.5, 2], 2, 1)).toBe('▄█');
});
