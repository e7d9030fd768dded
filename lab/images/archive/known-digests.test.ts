import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { knownDigestOf } from './known-digests.ts';
import { digestOf } from './layer.ts';

test('a sum is that of the file, whatever became of it, and whatever its times say', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-digests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [file, list] = [path.join(folder, 'program'), path.join(folder, 'digests.json')];
  for (const content of ['one', 'two', 'six']) {
    writeFileSync(file, content);
    utimesSync(file, 0, 0);
    const sum = await digestOf(file);
    expect(await knownDigestOf(file, list)).toBe(sum);
    expect(await knownDigestOf(file, list)).toBe(sum);
    expect(JSON.parse(readFileSync(list, 'utf8'))[file].digest).toBe(sum);
  }
});

test('what is known is not read again', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-digests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [file, list] = [path.join(folder, 'program'), path.join(folder, 'digests.json')];
  writeFileSync(file, 'one');
  await knownDigestOf(file, list);
  const known = JSON.parse(readFileSync(list, 'utf8'));
  writeFileSync(list, JSON.stringify({ [file]: { ...known[file], digest: 'sha256:told' } }));
  expect(await knownDigestOf(file, list)).toBe('sha256:told');
  // A list that is broken is made anew.
  writeFileSync(list, '{');
  expect(await knownDigestOf(file, list)).toBe(known[file].digest);
});
