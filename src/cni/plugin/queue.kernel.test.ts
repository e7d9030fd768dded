import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  DEFAULT_QUEUE_DIR,
  DelQueue,
  MAX_QUEUE_ENTRIES,
  MAX_QUEUE_ENTRY_BYTES,
} from '../server/del-queue.ts';
import { DEFAULT_SOCKET_PATH, serveCni } from '../server/serve.ts';
import { decodeRequest } from '../server/wire.ts';
import { config, environment, FakeBackend } from '../testing/fake-backend.ts';
import { PluginProgram } from '../testing/plugin-program.ts';

let program: PluginProgram;

beforeAll(() => {
  program = new PluginProgram();
});
afterAll(() => program[Symbol.dispose]());
afterEach(() => program.reset());

describe('the DEL queue', () => {
  it('takes a DEL, which the next agent replays', async () => {
    expect(await program.call('DEL')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(statSync(program.queueDir).mode & 0o777).toBe(0o700);
    expect(program.entries()).toEqual(['c1,eth0']);
    const file = path.join(program.queueDir, 'c1,eth0');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { env, stdin } = decodeRequest(readFileSync(file));
    expect(stdin).toBe(config());
    expect(env).toEqual({ ...environment('DEL'), CHURNLAB_T0: expect.stringMatching(/^\d+$/) });

    const backend = new FakeBackend();
    await using server = await serveCni(
      { listen: { socketPath: program.socketPath }, queue: new DelQueue(program.queueDir) },
      backend,
    );
    expect(await server.replay).toEqual({ replayed: 1, failed: [] });
    expect(backend.requests).toMatchObject([
      { command: 'DEL', containerId: 'c1', ifname: 'eth0', replayed: true },
    ]);
    expect(program.entries()).toEqual([]);
  });

  it('keeps one entry per attachment, the last one', async () => {
    await program.call('DEL');
    await program.call('DEL', {}, config('1.0.0'));
    await program.call('DEL', { CNI_IFNAME: 'eth1' });
    expect(program.entries()).toEqual(['c1,eth0', 'c1,eth1']);
    expect(decodeRequest(readFileSync(path.join(program.queueDir, 'c1,eth0'))).stdin).toBe(config('1.0.0'));
  });

  it('takes many at once', async () => {
    const ids = Array.from({ length: 32 }, (_, index) => `c${index}`);
    const outcomes = await Promise.all(ids.map((id) => program.call('DEL', { CNI_CONTAINERID: id })));
    expect(outcomes.every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(program.entries()).toEqual(ids.map((id) => `${id},eth0`).sort());
  });

  it('is bounded in number and size, and says so', async () => {
    mkdirSync(program.queueDir, { recursive: true });
    for (let index = 0; index < MAX_QUEUE_ENTRIES; index += 1)
      writeFileSync(path.join(program.queueDir, `x${index},eth0`), '');
    const full = await program.call('DEL');
    expect(full.exitCode).toBe(1);
    expect(JSON.parse(full.stdout)).toMatchObject({
      code: 11,
      msg: 'churnlab agent is not running and the deletion cannot be queued',
      details: `${program.queueDir}: 1000 deletions are queued already; start this node's churnlab agent`,
    });
    expect(await program.call('DEL', { CNI_CONTAINERID: 'x7' })).toMatchObject({ exitCode: 0 });
    const large = await program.call(
      'DEL',
      { CNI_CONTAINERID: 'x8' },
      config('1.1.0', { x: 'y'.repeat(MAX_QUEUE_ENTRY_BYTES) }),
    );
    expect(JSON.parse(large.stdout)).toMatchObject({
      code: 11,
      details: expect.stringContaining('larger than 65536'),
    });
    expect(program.entries()).toHaveLength(MAX_QUEUE_ENTRIES);
  });

  it('refuses names that would lead out of its folder', async () => {
    for (const more of [
      { CNI_CONTAINERID: '../c1' },
      { CNI_CONTAINERID: '.lock' },
      { CNI_IFNAME: '/etc/x' },
      { CNI_CONTAINERID: 'x'.repeat(300) },
    ]) {
      expect(JSON.parse((await program.call('DEL', more)).stdout)).toMatchObject({ code: 4 });
    }
  });

  it('fails where it cannot write', async () => {
    writeFileSync(path.join(program.dir, 'var'), 'a file where a folder must be');
    expect(JSON.parse((await program.call('DEL')).stdout)).toMatchObject({
      code: 11,
      details: expect.stringContaining(program.queueDir),
    });
  });

  it('waits for another writer', async () => {
    mkdirSync(program.queueDir, { recursive: true });
    // The lock's holder prints a line once it has it, and lets go when its stdin ends.
    const holder = spawn('flock', [path.join(program.queueDir, '.lock'), 'sh', '-c', 'echo held; cat'], {
      stdio: 'pipe',
    });
    await once(holder.stdout, 'data');
    const deleted = program.call('DEL');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(program.entries()).toEqual([]);
    holder.stdin.end();
    expect(await deleted).toMatchObject({ exitCode: 0 });
    expect(program.entries()).toEqual(['c1,eth0']);
  });

  it('takes a DEL whose agent vanished before it answered', async () => {
    await using _server = await program.listen((socket) => socket.destroy());
    expect(await program.call('DEL')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(program.entries()).toEqual(['c1,eth0']);
  });

  it('is left alone when the agent comes back in between', async () => {
    // The first connection breaks, the second, after the entry is on disk, is answered.
    let connections = 0;
    await using _server = await program.listen((socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
      else socket.end('0\n');
    });
    expect(await program.call('DEL')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(connections).toBe(2);
    expect(program.entries()).toEqual([]);
  });

  it('has the paths that the agent knows', () => {
    const sources = ['churnlab-cni.c', 'queue.c']
      .map((name) => readFileSync(path.join(import.meta.dirname, name), 'utf8'))
      .join();
    expect(sources).toContain(`#define SOCKET_PATH "${DEFAULT_SOCKET_PATH}"`);
    expect(sources).toContain(`#define QUEUE_DIR "${DEFAULT_QUEUE_DIR}"`);
    expect(sources).toContain(`#define QUEUE_ENTRIES ${MAX_QUEUE_ENTRIES}`);
  });
});
