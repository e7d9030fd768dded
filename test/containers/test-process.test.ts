import { expect, test } from 'vitest';
import { isAlive, processMark } from './test-process.ts';

test('a process is told from another one with its number', () => {
  const own = processMark()!;
  expect(own).toMatch(new RegExp(`^${process.pid}\\.\\d+$`));
  expect(isAlive(own)).toBe(true);
  expect(isAlive(`${process.pid}.1`)).toBe(false);
  expect(isAlive(`${2 ** 30}.1`)).toBe(false);
});
