import { expect, test } from 'vitest';
import { usageOf } from './process-usage.ts';

test('this process has used something, in seconds and bytes', () => {
  const usage = usageOf(process.pid)!;
  const { user, system } = process.cpuUsage();
  expect(usage.cpuSeconds).toBeGreaterThan(0);
  expect(usage.cpuSeconds).toBeLessThanOrEqual((user + system) / 1e6 + 0.1);
  expect(usage.rssBytes).toBeGreaterThan(10e6);
});

test('a process that is gone has no usage', () => {
  expect(usageOf(2 ** 30)).toBeUndefined();
});
