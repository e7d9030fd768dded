import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../bootstrap.mjs';
import { CHECKS } from './checks.ts';
import { findLeftovers, RUN_MARKER, sweepLeftovers } from './leftovers.ts';
import { withExit } from './run-vitest.ts';
import { addTallies, NOTHING, tallyLine } from './tally.ts';
import { parseArguments } from './tiers.ts';

test('the last line is the sum', () => {
  const skip = { test: 'a', reason: 'b' };
  const sum = addTallies({ passed: 2, failed: 0, skips: [skip] }, { passed: 1, failed: 1, skips: [] });
  expect(tallyLine(sum)).toBe('3 passed, 1 failed, 1 skipped');
});

test('an end that no test explains is a failure, and is said', () => {
  const fine = { ...NOTHING, passed: 3 };
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  expect(withExit(fine, 0, null, 'unit', print)).toEqual(fine);
  expect(withExit({ ...fine, failed: 2 }, 1, null, 'unit', print).failed).toBe(2);
  expect(lines).toEqual([]);
  expect(withExit(fine, 1, null, 'unit', print)).toEqual({ ...fine, failed: 1 });
  expect(withExit(undefined, null, 'SIGKILL', 'unit', print)).toEqual({ ...NOTHING, failed: 1 });
  expect(lines).toEqual([
    'unit: vitest ended with exit code 1',
    'unit: vitest ended with SIGKILL and left no result',
  ]);
});

test('tiers run cheapest first, whatever the order of the words; the rest is for vitest', () => {
  expect(parseArguments(['kernel', 'unit', 'src/ipam', '-t', 'restart', '--no-install'])).toEqual({
    tiers: ['unit', 'kernel'],
    install: false,
    rest: ['src/ipam', '-t', 'restart'],
  });
  expect(parseArguments([]).tiers).toEqual(['unit', 'kernel']);
});

test('every check is a script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  for (const check of CHECKS) expect(scripts).toHaveProperty([check]);
});

test('a process that outlives its run is found and ended', async () => {
  const run = `test-${process.pid}`;
  const child = spawn('sleep', ['60'], { env: { ...process.env, [RUN_MARKER]: run }, stdio: 'ignore' });
  await once(child, 'spawn');
  expect(findLeftovers(run)).toMatchObject([{ pid: child.pid }]);
  const ended = once(child, 'exit');
  expect(await sweepLeftovers(run, 0)).toEqual([{ pid: child.pid, command: 'sleep 60' }]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(findLeftovers(run)).toEqual([]);
});
