import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config, environment, FakeBackend } from '../testing/fake-backend.ts';
import { DelQueue } from './del-queue.ts';
import { ServeError, serveCni } from './serve.ts';
import { encodeRequest, MAX_REQUEST_BYTES } from './wire.ts';

let dir: string;
let socketPath: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'clb-serve-'));
  socketPath = path.join(dir, 'run', 'cni.sock');
});
afterEach(() => rmSync(dir, { recursive: true }));

async function exchange(bytes: Buffer): Promise<string> {
  const socket = createConnection({ path: socketPath, allowHalfOpen: true });
  socket.end(bytes);
  return text(socket);
}

const request = (command: string, more = {}) =>
  encodeRequest({ env: environment(command, more), stdin: config() });

describe('serveCni', () => {
  it('makes a private folder and socket, answers, and leaves nothing', async () => {
    {
      await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
      expect(statSync(path.dirname(socketPath)).mode & 0o777).toBe(0o700);
      expect(statSync(socketPath).mode & 0o777).toBe(0o600);
      expect(await exchange(request('DEL'))).toBe('0\n');
      expect(await exchange(request('ADD'))).toMatch(/^0\n\{"cniVersion":"1\.1\.0".*\}\n$/);
    }
    expect(statSync(socketPath, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('answers 64 calls at once', async () => {
    const backend = new FakeBackend();
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const ids = Array.from({ length: 64 }, (_, index) => `c${index}`);
    const replies = await Promise.all(ids.map((id) => exchange(request('ADD', { CNI_CONTAINERID: id }))));
    expect(replies.every((reply) => reply.startsWith('0\n'))).toBe(true);
    expect(backend.requests).toHaveLength(64);
  });

  it('takes a request in pieces', async () => {
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    const socket = createConnection({ path: socketPath, allowHalfOpen: true });
    for (const byte of request('DEL')) socket.write(Buffer.of(byte));
    socket.end();
    expect(await text(socket)).toBe('0\n');
  });

  it('refuses what is too large', async () => {
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    expect(await exchange(Buffer.alloc(MAX_REQUEST_BYTES + 1))).toMatch(/^1\n\{"code":5,/);
  });

  it('outlives clients that vanish', async () => {
    const backend = new FakeBackend();
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const socket = createConnection({ path: socketPath });
    await new Promise((resolve) => socket.write('CNI_COMM', resolve));
    socket.destroy();
    expect(await exchange(request('DEL'))).toBe('0\n');
    expect(backend.requests).toMatchObject([{ command: 'DEL' }]);
  });

  it('refuses to replace an agent that lives', async () => {
    await using _first = await serveCni({ listen: { socketPath } }, new FakeBackend());
    const second = serveCni({ listen: { socketPath } }, new FakeBackend());
    await expect(second).rejects.toThrow(ServeError);
    expect(await exchange(request('DEL'))).toBe('0\n');
  });

  it('replaces the socket that a killed agent left', async () => {
    mkdirSync(path.dirname(socketPath));
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(`${socketPath}.x`, resolve));
    // Closing removes the name that it was bound to, so that the other one stays without a listener.
    renameSync(`${socketPath}.x`, socketPath);
    await new Promise((resolve) => dead.close(resolve));
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    expect(await exchange(request('DEL'))).toBe('0\n');
  });

  it('refuses a path that the kernel cannot take', async () => {
    const listen = { socketPath: path.join(dir, 'x'.repeat(100)) };
    await expect(serveCni({ listen }, new FakeBackend())).rejects.toThrow(
      expect.objectContaining({ code: 'path-too-long' }),
    );
  });

  it('ends calls in progress before it closes', async () => {
    const backend = new FakeBackend();
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    backend.before = () => {
      begun.resolve();
      return go.promise;
    };
    const server = await serveCni({ listen: { socketPath } }, backend);
    const reply = exchange(request('DEL'));
    await begun.promise;
    const closed = server[Symbol.asyncDispose]();
    go.resolve();
    await closed;
    expect(await reply).toBe('0\n');
  });

  it('replays the queue before it answers anybody', async () => {
    const queueDir = path.join(dir, 'queue');
    mkdirSync(queueDir);
    writeFileSync(path.join(queueDir, 'c1,eth0'), request('DEL'));
    const backend = new FakeBackend();
    const go = Promise.withResolvers<void>();
    backend.before = (each) => (each.command === 'DEL' ? go.promise : undefined);
    await using server = await serveCni({ listen: { socketPath }, queue: new DelQueue(queueDir) }, backend);
    const add = exchange(request('ADD', { CNI_CONTAINERID: 'c2' }));
    await new Promise((resolve) => setImmediate(resolve));
    go.resolve();
    expect(await server.replay).toEqual({ replayed: 1, failed: [] });
    expect(await add).toMatch(/^0\n/);
    expect(backend.requests).toMatchObject([
      { command: 'DEL', replayed: true },
      { command: 'ADD', containerId: 'c2' },
    ]);
  });
});
