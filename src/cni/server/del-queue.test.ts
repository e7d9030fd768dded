import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CniError } from '../errors.ts';
import { config, environment, FakeBackend } from '../testing/fake-backend.ts';
import { DelQueue } from './del-queue.ts';
import { Dispatcher } from './dispatch.ts';
import { encodeRequest } from './wire.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'clb-queue-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function put(id: string, command = 'DEL'): void {
  const bytes = encodeRequest({ env: environment(command, { CNI_CONTAINERID: id }), stdin: config() });
  writeFileSync(path.join(dir, `${id},eth0`), bytes);
}

describe('DelQueue', () => {
  it('is empty when nothing was ever queued', async () => {
    const queue = new DelQueue(path.join(dir, 'absent'));
    expect(queue.list()).toEqual([]);
    expect(await queue.replay(new Dispatcher(new FakeBackend()))).toEqual({ replayed: 0, failed: [] });
  });

  it('replays every entry once and leaves the names of the writer alone', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `c${index}`);
    for (const id of ids) put(id);
    writeFileSync(path.join(dir, '.lock'), '');
    writeFileSync(path.join(dir, '.new'), 'half');
    const backend = new FakeBackend();
    expect(await new DelQueue(dir).replay(new Dispatcher(backend))).toEqual({ replayed: 100, failed: [] });
    const seen = backend.requests.map((request) => (request.command === 'DEL' ? request.containerId : ''));
    expect(seen.sort()).toEqual(ids.sort());
    expect(backend.requests.every((request) => request.command === 'DEL' && request.replayed)).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['.lock', '.new']);
  });

  it('keeps what failed, and says why', async () => {
    for (const id of ['c1', 'c2', 'c3']) put(id);
    const backend = new FakeBackend();
    backend.before = (request) => {
      if ('containerId' in request && request.containerId === 'c2') throw new CniError(105, 'kernel refused');
    };
    const queue = new DelQueue(dir);
    const report = await queue.replay(new Dispatcher(backend));
    expect(report).toMatchObject({
      replayed: 2,
      failed: [{ entry: 'c2,eth0', reason: expect.stringContaining('105') }],
    });
    expect(queue.list()).toEqual(['c2,eth0']);
    backend.before = () => undefined;
    expect(await queue.replay(new Dispatcher(backend))).toEqual({ replayed: 1, failed: [] });
  });

  it('runs nothing but DEL', async () => {
    put('c1', 'ADD');
    writeFileSync(path.join(dir, 'c2,eth0'), 'garbage');
    const backend = new FakeBackend();
    const { failed } = await new DelQueue(dir).replay(new Dispatcher(backend));
    expect(failed).toEqual([
      { entry: 'c1,eth0', reason: 'not a queued DEL' },
      { entry: 'c2,eth0', reason: 'not a queued DEL' },
    ]);
    expect(backend.requests).toEqual([]);
  });
});
