import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CniError } from '../errors.ts';
import { failureClassOf } from '../failure-class.ts';
import { spawnExecutor } from '../runtime/index.ts';
import {
  DEFAULT_QUEUE_DIR,
  DEFAULT_SOCKET_PATH,
  DelQueue,
  decodeRequest,
  MAX_QUEUE_ENTRIES,
  MAX_QUEUE_ENTRY_BYTES,
  serveCni,
} from '../server/index.ts';
import { compilePlugin } from '../testing/compile-plugin.ts';
import { config, environment, FakeBackend, RESULT } from '../testing/fake-backend.ts';
import { PLUGIN_VERSIONS } from '../versions.ts';

let bin: string;
let plugin: string;
let dir: string;
let socketPath: string;
let queueDir: string;

beforeAll(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'clb-bin-'));
  plugin = compilePlugin(bin);
});
afterAll(() => rmSync(bin, { recursive: true }));
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'clb-cni-'));
  socketPath = path.join(dir, 'run', 'cni.sock');
  queueDir = path.join(dir, 'var', 'queue');
});
afterEach(() => rmSync(dir, { recursive: true }));

const execute = spawnExecutor({ timeoutMs: 30_000 });

/** Runs the program; variables given as undefined are absent. */
async function run(env: Record<string, string | undefined>, stdin = config()) {
  const all = {
    CHURNLAB_CNI_SOCKET: socketPath,
    CHURNLAB_CNI_QUEUE_DIR: queueDir,
    CHURNLAB_CNI_WAIT_MS: '50',
    CHURNLAB_CNI_REPLY_MS: '20000',
    ...env,
  };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return execute({ plugin, command: 'ADD', env: Object.fromEntries(present), stdin });
}

const call = (command: string, more: Record<string, string | undefined> = {}, stdin = config()) =>
  run({ ...environment(command), CHURNLAB_T0: undefined, ...more }, stdin);

/** Listens on the socket and treats each connection as `answer` does. */
async function listen(answer: (socket: Socket) => void) {
  mkdirSync(path.dirname(socketPath), { recursive: true });
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('without the agent', () => {
  it('is static and small', () => {
    expect(execFileSync('readelf', ['-lW', plugin]).toString()).not.toContain('INTERP');
    expect(statSync(plugin).size).toBeLessThan(1 << 20);
  });

  it('says what it is when nobody gives a command', async () => {
    for (const CNI_COMMAND of [undefined, '']) {
      const outcome = await run({ CNI_COMMAND });
      const { version } = JSON.parse(
        readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8'),
      );
      expect(outcome).toMatchObject({
        exitCode: 0,
        stdout: '',
        stderr: `CNI plugin churnlab-cni v${version}\nCNI protocol versions supported: ${PLUGIN_VERSIONS.join(', ')}\n`,
      });
    }
  });

  it.each([
    ['{"cniVersion":"0.4.0"}', '0.4.0'],
    ['{ "cniVersion" : "1.0.0" }', '1.0.0'],
    ['{}', '1.1.0'],
    ['', '1.1.0'],
    ['{"cniVersion":"1\\"0"}', '1.1.0'],
  ])('answers VERSION to %s', async (stdin, cniVersion) => {
    const outcome = await run({ CNI_COMMAND: 'VERSION' }, stdin);
    expect(outcome.exitCode).toBe(0);
    expect(JSON.parse(outcome.stdout)).toEqual({ cniVersion, supportedVersions: PLUGIN_VERSIONS });
  });

  it.each([
    ['ADD', {}, 'required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing'],
    ['CHECK', { CNI_IFNAME: 'eth0' }, 'required env variables [CNI_CONTAINERID,CNI_NETNS] missing'],
    ['DEL', { CNI_CONTAINERID: '' }, 'required env variables [CNI_CONTAINERID,CNI_IFNAME] missing'],
    ['GC', {}, 'required env variables [CNI_PATH] missing'],
    ['add', {}, 'unknown CNI_COMMAND: add'],
    ['"\\\n', {}, 'unknown CNI_COMMAND: "\\?'],
  ])('refuses %s with %j', async (CNI_COMMAND, env, msg) => {
    const outcome = await run({ CNI_COMMAND, ...env });
    expect(outcome.exitCode).toBe(1);
    expect(JSON.parse(outcome.stdout)).toEqual({ cniVersion: '1.1.0', code: 4, msg });
  });

  it('refuses a line break, which would make a variable of what follows', async () => {
    const outcome = await call('ADD', { CNI_ARGS: 'A=1\nCNI_NETNS=/proc/1/ns/net' });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ code: 4, msg: 'line break in CNI_ARGS' });
  });

  it.each([
    ['ADD', 11],
    ['CHECK', 11],
    ['GC', 11],
    ['STATUS', 50],
  ])('answers %s with %i and the next step', async (command, code) => {
    const outcome = await call(command, {}, config('1.0.0'));
    expect(outcome.exitCode).toBe(1);
    const error = JSON.parse(outcome.stdout);
    expect(error).toEqual({
      cniVersion: '1.0.0',
      code,
      msg: 'churnlab agent is not running',
      details: `${socketPath}: no such file; start this node's churnlab agent, or see \`churnlab lab status\` and \`churnlab lab logs\``,
    });
    expect(failureClassOf(new CniError(error.code, error.msg, error.details))).toBe('agent-down');
  });

  it('refuses a socket path that is too long', async () => {
    const outcome = await call('ADD', { CHURNLAB_CNI_SOCKET: `/${'x'.repeat(200)}` });
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      code: 11,
      details: expect.stringContaining('name too long'),
    });
  });

  it('never crashes and always says something, whatever the environment', async () => {
    const odd = fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.replaceAll('\0', ''));
    const plain = fc.constantFrom(
      'c1',
      'eth0',
      '..',
      '/',
      '.lock',
      'a,b',
      '1',
      '-1',
      '99999999999',
      'x'.repeat(5000),
    );
    const value = fc.option(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: odd }));
    const names = [
      'CNI_CONTAINERID',
      'CNI_NETNS',
      'CNI_IFNAME',
      'CNI_ARGS',
      'CNI_PATH',
      'CHURNLAB_CNI_REPLY_MS',
    ];
    const env = fc.record(Object.fromEntries(names.map((name) => [name, value])));
    const verb = fc.constantFrom('ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION', 'X');
    await fc.assert(
      fc.asyncProperty(verb, env, fc.string(), async (CNI_COMMAND, variables, stdin) => {
        const given = Object.entries(variables).map(([name, text]) => [name, text ?? undefined]);
        const outcome = await run(
          { CNI_COMMAND, ...Object.fromEntries(given), CHURNLAB_CNI_WAIT_MS: '1' },
          stdin,
        );
        expect(outcome.signal).toBe(0);
        if (outcome.stdout !== '') JSON.parse(outcome.stdout);
        else expect([CNI_COMMAND, outcome.exitCode]).toEqual(['DEL', 0]);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(readdirSync(queueDir).length).toBeGreaterThan(1);
    for (const name of readdirSync(dir, { recursive: true }).map(String)) {
      expect(name).toMatch(/^var(\/queue(\/(\.lock|\.new|[A-Za-z0-9][\w.-]*,[^/]{1,15}))?)?$/);
    }
  });
});

describe('with an agent', () => {
  it('prints what the agent answers', async () => {
    const backend = new FakeBackend();
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const outcome = await call(
      'ADD',
      { CNI_ARGS: 'K8S_POD_NAME=wéb' },
      config('1.1.0', { dns: { domain: 'ö' } }),
    );
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(outcome.stdout)).toEqual({ cniVersion: '1.1.0', ...RESULT });
    const [request] = backend.requests;
    expect(request).toMatchObject({
      command: 'ADD',
      containerId: 'c1',
      netns: '/run/netns/c1',
      args: { podName: 'wéb' },
      config: { dns: { domain: 'ö' } },
    });
    expect(request?.t0).toBeGreaterThan(outcome.startedNs);
    expect(request?.t0).toBeLessThan(request?.acceptedNs ?? 0);
  });

  it.each(['DEL', 'CHECK', 'STATUS'])('prints nothing on success of %s', async (command) => {
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    const stdin = config('1.1.0', { prevResult: {} });
    expect(await call(command, {}, stdin)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it("exits with the agent's code and prints its error", async () => {
    const backend = new FakeBackend();
    backend.before = () => {
      throw new CniError(101, 'full');
    };
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const outcome = await call('ADD');
    expect(outcome).toMatchObject({
      exitCode: 1,
      stdout: '{"cniVersion":"1.1.0","code":101,"msg":"full"}\n',
    });
    expect(JSON.parse((await call('ADD', {}, '{')).stdout).code).toBe(6);
  });

  it('waits at ADD until the agent is there', async () => {
    const added = call('ADD', { CHURNLAB_CNI_WAIT_MS: '20000' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    expect(await added).toMatchObject({ exitCode: 0 });
  });

  it('waits past a socket that a killed agent left', async () => {
    {
      await using _dead = await listen(() => undefined);
      // The name that outlives the listener: closing removes only the one it was bound to.
      execFileSync('ln', [socketPath, `${socketPath}.kept`]);
    }
    execFileSync('mv', [`${socketPath}.kept`, socketPath]);
    const down = JSON.parse((await call('ADD')).stdout);
    expect(down).toMatchObject({ code: 11, details: expect.stringContaining('connection refused') });
    const added = call('ADD', { CHURNLAB_CNI_WAIT_MS: '20000' });
    await using _server = await serveCni({ listen: { socketPath } }, new FakeBackend());
    expect(await added).toMatchObject({ exitCode: 0 });
  });

  it('passes on large requests and answers', async () => {
    const big = { dns: { search: Array.from({ length: 20_000 }, (_, index) => `domain-${index}.example`) } };
    const backend = new FakeBackend();
    backend.add = async ({ config: { dns } }) => ({ ...RESULT, ...(dns ? { dns } : {}) });
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const outcome = await call('ADD', {}, config('1.1.0', big));
    expect(JSON.parse(outcome.stdout).dns).toEqual(big.dns);
    const refused = JSON.parse((await call('ADD', {}, ' '.repeat(1 << 20))).stdout);
    expect(refused).toMatchObject({ code: 5, msg: 'call is larger than 1048576 bytes' });
  });

  it.each([
    ['', 'churnlab agent went away before it answered'],
    ['0', 'churnlab agent went away in the middle of its answer'],
    ['0\n', 'churnlab agent went away in the middle of its answer'],
    ['0\n{"cniVersion":"1.1.0","ips":[', 'churnlab agent went away in the middle of its answer'],
    ['\n{}', 'churnlab agent went away in the middle of its answer'],
    ['x\n{}', 'churnlab agent went away in the middle of its answer'],
    ['1\n', 'churnlab agent went away in the middle of its answer'],
  ])('answers 5 when ADD gets only %j', async (answer, msg) => {
    await using _server = await listen((socket) => socket.end(answer));
    expect(JSON.parse((await call('ADD')).stdout)).toMatchObject({ code: 5, msg });
  });

  it('answers 11 when the answer does not come', async () => {
    await using _server = await listen(() => undefined);
    for (const command of ['ADD', 'DEL', 'STATUS']) {
      const error = JSON.parse((await call(command, { CHURNLAB_CNI_REPLY_MS: '100' })).stdout);
      expect(error).toMatchObject({ code: 11, msg: 'timed out waiting for the churnlab agent' });
      expect(failureClassOf(new CniError(error.code, error.msg))).toBe('timeout');
    }
  });
});

describe('the DEL queue', () => {
  const entries = () =>
    readdirSync(queueDir)
      .filter((name) => !name.startsWith('.'))
      .sort();

  it('takes a DEL, which the next agent replays', async () => {
    expect(await call('DEL')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(statSync(queueDir).mode & 0o777).toBe(0o700);
    expect(entries()).toEqual(['c1,eth0']);
    const file = path.join(queueDir, 'c1,eth0');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { env, stdin } = decodeRequest(readFileSync(file));
    expect(stdin).toBe(config());
    expect(env).toEqual({ ...environment('DEL'), CHURNLAB_T0: expect.stringMatching(/^\d+$/) });

    const backend = new FakeBackend();
    await using server = await serveCni({ listen: { socketPath }, queue: new DelQueue(queueDir) }, backend);
    expect(await server.replay).toEqual({ replayed: 1, failed: [] });
    expect(backend.requests).toMatchObject([
      { command: 'DEL', containerId: 'c1', ifname: 'eth0', replayed: true },
    ]);
    expect(entries()).toEqual([]);
  });

  it('keeps one entry per attachment, the last one', async () => {
    await call('DEL');
    await call('DEL', {}, config('1.0.0'));
    await call('DEL', { CNI_IFNAME: 'eth1' });
    expect(entries()).toEqual(['c1,eth0', 'c1,eth1']);
    expect(decodeRequest(readFileSync(path.join(queueDir, 'c1,eth0'))).stdin).toBe(config('1.0.0'));
  });

  it('takes many at once', async () => {
    const ids = Array.from({ length: 32 }, (_, index) => `c${index}`);
    const outcomes = await Promise.all(ids.map((id) => call('DEL', { CNI_CONTAINERID: id })));
    expect(outcomes.every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(entries()).toEqual(ids.map((id) => `${id},eth0`).sort());
  });

  it('is bounded in number and size, and says so', async () => {
    mkdirSync(queueDir, { recursive: true });
    for (let index = 0; index < MAX_QUEUE_ENTRIES; index += 1)
      writeFileSync(path.join(queueDir, `x${index},eth0`), '');
    const full = await call('DEL');
    expect(full.exitCode).toBe(1);
    expect(JSON.parse(full.stdout)).toMatchObject({
      code: 11,
      msg: 'churnlab agent is not running and the deletion cannot be queued',
      details: `${queueDir}: 1000 deletions are queued already; start this node's churnlab agent`,
    });
    expect(await call('DEL', { CNI_CONTAINERID: 'x7' })).toMatchObject({ exitCode: 0 });
    const large = await call(
      'DEL',
      { CNI_CONTAINERID: 'x8' },
      config('1.1.0', { x: 'y'.repeat(MAX_QUEUE_ENTRY_BYTES) }),
    );
    expect(JSON.parse(large.stdout)).toMatchObject({
      code: 11,
      details: expect.stringContaining('larger than 65536'),
    });
    expect(entries()).toHaveLength(MAX_QUEUE_ENTRIES);
  });

  it('refuses names that would lead out of its folder', async () => {
    for (const more of [
      { CNI_CONTAINERID: '../c1' },
      { CNI_CONTAINERID: '.lock' },
      { CNI_IFNAME: '/etc/x' },
      { CNI_CONTAINERID: 'x'.repeat(300) },
    ]) {
      expect(JSON.parse((await call('DEL', more)).stdout)).toMatchObject({ code: 4 });
    }
  });

  it('fails where it cannot write', async () => {
    writeFileSync(path.join(dir, 'var'), 'a file where a folder must be');
    expect(JSON.parse((await call('DEL')).stdout)).toMatchObject({
      code: 11,
      details: expect.stringContaining(queueDir),
    });
  });

  it('waits for another writer', async () => {
    mkdirSync(queueDir, { recursive: true });
    // The lock's holder prints a line once it has it, and lets go when its stdin ends.
    const holder = spawn('flock', [path.join(queueDir, '.lock'), 'sh', '-c', 'echo held; cat'], {
      stdio: 'pipe',
    });
    await once(holder.stdout, 'data');
    const deleted = call('DEL');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(entries()).toEqual([]);
    holder.stdin.end();
    expect(await deleted).toMatchObject({ exitCode: 0 });
    expect(entries()).toEqual(['c1,eth0']);
  });

  it('takes a DEL whose agent vanished before it answered', async () => {
    await using _server = await listen((socket) => socket.destroy());
    expect(await call('DEL')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(entries()).toEqual(['c1,eth0']);
  });

  it('is left alone when the agent comes back in between', async () => {
    // The first connection breaks, the second, after the entry is on disk, is answered.
    let connections = 0;
    await using _server = await listen((socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
      else socket.end('0\n');
    });
    expect(await call('DEL')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(connections).toBe(2);
    expect(entries()).toEqual([]);
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
