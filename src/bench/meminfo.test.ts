import { expect, it } from 'vitest';
import { meminfo } from './meminfo.ts';

it('reads fields as bytes', () => {
  const text = 'MemTotal:       24684000 kB\nMemAvailable:       8 kB\nHugePages_Total:       0\n';
  expect(meminfo(text)).toEqual({ MemTotal: 24684000 * 1024, MemAvailable: 8192 });
});
