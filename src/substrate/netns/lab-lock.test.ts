import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabDirectory } from './lab-directory.ts';
import { LabLock } from './lab-lock.ts';

let folder: string;
let home: string;
const lab = (name = 'one') => new LabDirectory(name, home);

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-lab-lock-'));
  home = path.join(folder, 'labs');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test('one command at a time, per lab', () => {
  {
    using _ = LabLock.take(lab());
    expect(() => LabLock.take(lab())).toThrow(
      `Lab one is being brought up or taken down by another command (process ${process.pid}): wait for its end`,
    );
    using _other = LabLock.take(lab('two'));
    expect(LabDirectory.list(home)).toEqual([]);
  }
  using _again = LabLock.take(lab());
});

test('nothing is left of it, and nothing else goes with it', () => {
  LabLock.take(lab())[Symbol.dispose]();
  expect(fs.existsSync(home)).toBe(false);
  const lock = LabLock.take(lab());
  lab().create();
  lock[Symbol.dispose]();
  expect(fs.readdirSync(home)).toEqual(['one']);
});

test('it ends with its holder, however that ended', () => {
  const script = `
    const { LabLock } = await import(${JSON.stringify(path.join(import.meta.dirname, 'lab-lock.ts'))});
    const { LabDirectory } = await import(${JSON.stringify(path.join(import.meta.dirname, 'lab-directory.ts'))});
    LabLock.take(new LabDirectory('one', ${JSON.stringify(home)}));
    process.kill(process.pid, 'SIGKILL');
  `;
  const holder = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  expect(holder.signal).toBe('SIGKILL');
  expect(fs.readdirSync(home)).toEqual(['one.lock']);
  LabLock.take(lab())[Symbol.dispose]();
  expect(fs.existsSync(home)).toBe(false);
});
