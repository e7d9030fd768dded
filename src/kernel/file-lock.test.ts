import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FileLock } from './file-lock.ts';

test('others wait while a lock is held, and only then', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-lock-'));
  try {
    const file = path.join(folder, 'lock');
    using lock = new FileLock(file, 0o750);
    const isFree = () => spawnSync('flock', ['--nonblock', file, 'true']).status === 0;
    expect(statSync(file).mode & 0o777).toBe(0o750);
    expect([isFree(), lock.hold(isFree), isFree()]).toEqual([true, false, true]);
    const broken = () => {
      throw new Error('broken');
    };
    expect(() => lock.hold(broken)).toThrow('broken');
    expect(isFree()).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a lock that is taken stays taken until it is disposed of', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-lock-'));
  try {
    const file = path.join(folder, 'lock');
    const first = new FileLock(file, 0o600);
    using second = new FileLock(file, 0o600);
    expect([first.tryTake(), second.tryTake()]).toEqual([true, false]);
    first[Symbol.dispose]();
    expect(second.tryTake()).toBe(true);
    expect(second.isAt(file)).toBe(true);
    rmSync(file);
    expect(second.isAt(file)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
