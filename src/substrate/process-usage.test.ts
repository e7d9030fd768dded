import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { usageOf, usageWithPrograms } from './process-usage.ts';

/** Uses some, says how much, and waits. */
const BUSY = `
const begin = Date.now();
while (Date.now() < begin + 100);
console.log(JSON.stringify(process.cpuUsage()));
process.stdin.resume();`;

test('a process has used what it says itself, in seconds and bytes', async () => {
  const child = spawn(process.execPath, ['--eval', BUSY]);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const usage = usageOf(child.pid!)!;
  child.kill();
  const { user, system } = JSON.parse(said.toString()) as NodeJS.CpuUsage;
  // In ticks of 10 ms, and a little later.
  expect(Math.abs(usage.cpuSeconds - (user + system) / 1e6)).toBeLessThan(0.1);
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
