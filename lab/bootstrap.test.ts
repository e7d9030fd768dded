import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheDirectory, installAllowed, machineProblem, packageMismatch, ROOT } from './bootstrap.mjs';

let clone: string;

/** A small clone whose packages are all there: the pinned Node is the one that runs this test. */
beforeEach(() => {
  clone = mkdtempSync(path.join(os.tmpdir(), 'bootstrap-test-'));
  cpSync(path.join(ROOT, 'lab/bootstrap.mjs'), path.join(clone, 'lab/bootstrap.mjs'));
  cpSync(path.join(ROOT, 'lab/churnlab.mjs'), path.join(clone, 'lab/churnlab.mjs'));
  const bin = path.join(clone, `node_modules/node-linux-${process.arch}/bin`);
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, path.join(bin, 'node'));
  mkdirSync(path.join(clone, 'src/cli'), { recursive: true });
  writeLocks({ 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } });
});
afterEach(() => rmSync(clone, { recursive: true }));

function writeLocks(wanted: object, installed?: object) {
  writeFileSync(path.join(clone, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  const hidden = path.join(clone, 'node_modules/.package-lock.json');
  if (installed) writeFileSync(hidden, JSON.stringify({ packages: installed }));
  else rmSync(hidden, { force: true });
}
const main = (text: string) => writeFileSync(path.join(clone, 'src/cli/main.ts'), text);
const entry = () => path.join(clone, 'lab/churnlab.mjs');

test('arguments, output and exit code pass through', () => {
  main('const words: string[] = process.argv.slice(2); console.log(words.join("|")); process.exit(7);');
  const { status, stdout } = spawnSync(process.execPath, [entry(), 'lab', 'up', '--', '--x'], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('lab|up|--|--x\n');
  expect(status).toBe(7);
});

test('a signal reaches the command, which may finish its work', async () => {
  main('process.on("SIGTERM", () => process.exit(5)); console.log("ready"); setInterval(() => {}, 1000);');
  const child = spawn(process.execPath, [entry()], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([5, null]);
});

test('a command that dies by a signal is seen to die by it', async () => {
  main('process.kill(process.pid, "SIGKILL");');
  expect(spawnSync(process.execPath, [entry()]).signal).toBe('SIGKILL');
});

test('--no-install says in one line what is missing and what to type', () => {
  writeLocks({ 'node_modules/a': { version: '2.0.0' } }, { 'node_modules/a': { version: '1.0.0' } });
  const { status, stderr } = spawnSync(process.execPath, [entry(), 'doctor', '--no-install'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('churnlab: npm packages are missing (a 2.0.0); type: npm ci --ignore-scripts\n');
  expect(status).toBe(1);
});

test.each([
  ['all there', { 'node_modules/a': { version: '1.0.0' } }, undefined],
  ['nothing installed, or half of it', undefined, 'node_modules'],
  ['one absent', {}, 'a 1.0.0'],
  ['another version', { 'node_modules/a': { version: '1.0.1' } }, 'a 1.0.0'],
  [
    'one too many',
    { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } },
    undefined,
  ],
])('packages: %s', (_what, installed, mismatch) => {
  const others = { 'node_modules/for-another-platform': { version: '3.0.0', optional: true } };
  writeLocks({ 'node_modules/a': { version: '1.0.0' }, ...others }, installed);
  expect(packageMismatch(clone)).toBe(mismatch);
});

test('only the words before a lone -- are ours', () => {
  expect(installAllowed(['lab', 'up', '--no-install'])).toBe(false);
  expect(installAllowed(['exec', 'pod', '--', 'npm', '--no-install'])).toBe(true);
});

test('a machine that cannot run it is told why', () => {
  expect(machineProblem()).toBeUndefined();
  expect(machineProblem({ node: '18.19.0' })).toMatch('expected Node 20 or later to start with, got 18.19.0');
  expect(machineProblem({ platform: 'darwin' })).toMatch('expected Linux');
  expect(machineProblem({ arch: 's390x' })).toBe('expected an x64 or arm64 machine, got s390x');
});

test('the cache is where the user wants it', () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '/var/tmp/c' })).toBe('/var/tmp/c/churnlab');
  expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' })).toBe(path.join(os.homedir(), '.cache/churnlab'));
});
