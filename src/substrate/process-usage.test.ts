import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { usageOf, usageWithPrograms } from './process-usage.ts';

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

test('what a program uses counts while it runs, and once', async () => {
  const busy = spawn('sh', ['-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo; read line']);
  await once(busy.stdout, 'data');
  const before = usageWithPrograms(process.pid)!.cpuSeconds;
  const own = usageOf(busy.pid!)!.cpuSeconds;
  expect(own).toBeGreaterThan(0);
  expect(before).toBeGreaterThanOrEqual(own);
  const ended = once(busy, 'exit');
  busy.stdin.end('\n');
  await ended;
  expect(usageWithPrograms(process.pid)!.cpuSeconds).toBeGreaterThanOrEqual(before);
});
