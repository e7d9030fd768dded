import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlugin } from './find-plugin.ts';
import { spawnExecutor } from './spawn-executor.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'clb-bin-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function script(name: string, text: string): string {
  const file = path.join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

const call = (plugin: string) => ({
  plugin,
  command: 'ADD' as const,
  env: { PATH: process.env.PATH ?? '', X: '1' },
  stdin: 'in',
});

describe('spawnExecutor', () => {
  it('hands over environment and stdin, and brings back the rest', async () => {
    const plugin = script('p', 'cat; echo "$X$HOME"; echo err >&2; exit 3');
    const outcome = await spawnExecutor()(call(plugin));
    expect(outcome).toMatchObject({ exitCode: 3, signal: 0, stdout: 'in1\n', stderr: 'err\n' });
    expect(outcome.endedNs).toBeGreaterThan(outcome.startedNs);
  });

  it('runs a plugin that reads nothing', async () => {
    const plugin = script('p', 'exit 0');
    const outcome = await spawnExecutor()({ ...call(plugin), stdin: 'x'.repeat(1 << 20) });
    expect(outcome.exitCode).toBe(0);
  });

  it('tells a signal', async () => {
    expect(await spawnExecutor()(call(script('p', 'kill -TERM $$')))).toMatchObject({
      exitCode: 0,
      signal: 15,
    });
  });

  it('kills what takes too long', async () => {
    const outcome = await spawnExecutor({ timeoutMs: 50 })(call(script('p', 'exec sleep 60')));
    expect(outcome.signal).toBe(9);
  });

  it('starts a prefix in front', async () => {
    const plugin = script('p', 'echo "$Y"');
    expect((await spawnExecutor({ prefix: ['env', 'Y=2'] })(call(plugin))).stdout).toBe('2\n');
  });

  it('rejects for a program that is not there', async () => {
    await expect(spawnExecutor()(call(path.join(dir, 'absent')))).rejects.toThrow('ENOENT');
  });
});

describe('findPlugin', () => {
  it('takes the first regular file along the path', () => {
    const file = script('p', '');
    expect(findPlugin('p', ['/nonexistent', dir])).toBe(file);
    expect(findPlugin('absent', [dir])).toBeUndefined();
    expect(findPlugin('', [dir])).toBeUndefined();
    expect(findPlugin(`../${path.basename(dir)}/p`, [dir])).toBeUndefined();
  });
});
