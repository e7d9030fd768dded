import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildNative, ensureNative } from './native.ts';
import type { NativeOutput } from './native-manifest.ts';

let root: string;
let cache: string;
const lines: string[] = [];
const report = (line: string) => lines.push(line);

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'native-test-'));
  cache = path.join(root, 'cache');
  lines.length = 0;
  mkdirSync(path.join(root, 'src/thing'), { recursive: true });
  writeFileSync(path.join(root, 'src/thing/a.c'), 'one');
  writeFileSync(path.join(root, 'src/thing/a.h'), 'header');
});
afterEach(() => rmSync(root, { recursive: true }));

/** A "compiler" that every machine has: it copies its source. */
function describeOutputs(...outputs: Partial<NativeOutput>[]) {
  const whole = outputs.map((output) => ({
    name: 'thing',
    sources: ['a.c'],
    headers: ['a.h'],
    command: ['cp', '{sources}', '{output}'],
    ...output,
  }));
  writeFileSync(path.join(root, 'src/thing/build.json'), JSON.stringify({ outputs: whole }));
}
const build = () => buildNative({ root, cache, report });

test('compiles once, announces it, and leaves nothing half-made behind', async () => {
  describeOutputs({});
  const first = await build();
  expect(readFileSync(first.get('thing') ?? '', 'utf8')).toBe('one');
  expect(lines).toEqual(['compiling thing']);
  expect(await build()).toEqual(first);
  expect(lines).toHaveLength(1);
  expect(readdirSync(cache).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  ['source', () => writeFileSync(path.join(root, 'src/thing/a.c'), 'two')],
  ['header', () => writeFileSync(path.join(root, 'src/thing/a.h'), 'changed')],
  ['command', () => describeOutputs({ command: ['cp', '-f', '{sources}', '{output}'] })],
])('a changed %s makes another file and keeps the first', async (_what, change) => {
  describeOutputs({});
  const before = (await build()).get('thing') ?? '';
  change();
  const after = (await build()).get('thing');
  expect(after).not.toBe(before);
  expect(readFileSync(before, 'utf8')).toBe('one');
});

test('a damaged file is compiled again', async () => {
  describeOutputs({});
  const file = (await build()).get('thing') ?? '';
  writeFileSync(file, '');
  await build();
  expect(readFileSync(file, 'utf8')).toBe('one');
});

test('many at once all get the same whole file', async () => {
  describeOutputs({});
  const files = await Promise.all(Array.from({ length: 8 }, () => ensureNative('thing', { root, cache })));
  expect(new Set(files).size).toBe(1);
  expect(readFileSync(files[0] ?? '', 'utf8')).toBe('one');
});

test('says what the compiler said', async () => {
  describeOutputs({
    command: ['sh', '-c', 'echo "a.c:1: error: no such thing" >&2; exit 1', '{sources}', '{output}'],
  });
  await expect(build()).rejects.toMatchObject({
    code: 'compile-failed',
    message: 'compile thing: a.c:1: error: no such thing',
  });
});

test.each([
  [
    'a compiler that is not here',
    { command: ['no-such-compiler', '{sources}', '{output}'] },
    'packages-missing',
  ],
  ['a source that is not here', { sources: ['b.c'] }, 'bad-manifest'],
  ['a command without an output', { command: ['cp', '{sources}'] }, 'bad-manifest'],
] as const)('refuses %s', async (_what, output, code) => {
  describeOutputs(output as Partial<NativeOutput>);
  await expect(build()).rejects.toMatchObject({ name: 'SetupError', code });
});

test('refuses two outputs of one name, and a name that nobody makes', async () => {
  describeOutputs({}, {});
  await expect(build()).rejects.toMatchObject({ code: 'bad-manifest' });
  describeOutputs({});
  await expect(ensureNative('other', { root, cache })).rejects.toThrow('Expected one of thing, got other');
});
