import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type TarEntry, tar } from './tar.ts';

async function bytes(entries: readonly TarEntry[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(tar(entries)));
}

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'clb-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the system tar reads what was written, and all belongs to root and has no date', async () => {
  const folder = temporary();
  writeFileSync(path.join(folder, 'source'), 'x'.repeat(1000));
  const long = `${'deep/'.repeat(30)}${'n'.repeat(90)}`;
  const archive = await bytes([
    { path: 'etc', mode: 0o755, directory: true },
    { path: 'etc/motd', mode: 0o640, text: 'hello' },
    { path: 'bin/tool', mode: 0o4755, file: path.join(folder, 'source') },
    { path: 'bin/alias', link: 'tool' },
    { path: long, mode: 0o644, text: '' },
  ]);
  const listed = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc', '--file=-'], {
    input: archive,
    encoding: 'utf8',
  });
  expect(
    listed
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ')),
  ).toEqual([
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 etc/',
    '-rw-r----- 0/0 5 1970-01-01 00:00 etc/motd',
    '-rwsr-xr-x 0/0 1000 1970-01-01 00:00 bin/tool',
    'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/alias -> tool',
    `-rw-r--r-- 0/0 0 1970-01-01 00:00 ${long}`,
  ]);
  const content = execFileSync('tar', ['--extract', '--to-stdout', '--file=-', 'bin/tool'], {
    input: archive,
  });
  expect(content.toString()).toBe('x'.repeat(1000));
});

test('whole blocks, and the same bytes each time', async () => {
  const entries = [{ path: 'a', mode: 0o644, text: 'x'.repeat(512) }];
  const archive = await bytes(entries);
  expect(archive.length).toBe(512 * 4);
  expect(archive.equals(await bytes(entries))).toBe(true);
});

test.each([
  ['a name', { path: 'n'.repeat(101), mode: 0o644, text: '' }],
  ['folders', { path: `${'f'.repeat(156)}/n`, mode: 0o644, text: '' }],
  ['a link', { path: 'l', link: 't'.repeat(101) }],
])('refuses %s that the format has no room for', async (_what, entry) => {
  await expect(bytes([entry])).rejects.toThrow(/^Expected a path of at most \d+ bytes, got /);
});
