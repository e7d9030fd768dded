import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CniError } from '../errors.ts';
import { failureClassOf } from '../failure-class.ts';
import { serveCni } from '../server/index.ts';
import { config, FakeBackend, RESULT } from '../testing/fake-backend.ts';
import { PluginProgram } from '../testing/plugin-program.ts';
import { PLUGIN_VERSIONS } from '../versions.ts';

let program: PluginProgram;

beforeAll(() => {
  program = new PluginProgram();
});
afterAll(() => program[Symbol.dispose]());
afterEach(() => program.reset());

describe('without the agent', () => {
  it('is static and small', () => {
    expect(execFileSync('readelf', ['-lW', program.file]).toString()).not.toContain('INTERP');
    expect(statSync(program.file).size).toBeLessThan(1 << 20);
  });

  it('says what it is when nobody gives a command', async () => {
    for (const CNI_COMMAND of [undefined, '']) {
      const outcome = await program.run({ CNI_COMMAND });
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
    const outcome = await program.run({ CNI_COMMAND: 'VERSION' }, stdin);
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
    const outcome = await program.run({ CNI_COMMAND, ...env });
    expect(outcome.exitCode).toBe(1);
    expect(JSON.parse(outcome.stdout)).toEqual({ cniVersion: '1.1.0', code: 4, msg });
  });

  it('refuses a line break, which would make a variable of what follows', async () => {
    const outcome = await program.call('ADD', { CNI_ARGS: 'A=1\nCNI_NETNS=/proc/1/ns/net' });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ code: 4, msg: 'line break in CNI_ARGS' });
  });

  it.each([
    ['ADD', 11],
    ['CHECK', 11],
    ['GC', 11],
    ['STATUS', 50],
  ])('answers %s with %i and the next step', async (command, code) => {
    const outcome = await program.call(command, {}, config('1.0.0'));
    expect(outcome.exitCode).toBe(1);
    const error = JSON.parse(outcome.stdout);
    expect(error).toEqual({
      cniVersion: '1.0.0',
      code,
      msg: 'churnlab agent is not running',
      details: `${program.socketPath}: no such file; start this node's churnlab agent, or see \`churnlab lab status\` and \`churnlab lab logs\``,
    });
    expect(failureClassOf(new CniError(error.code, error.msg, error.details))).toBe('agent-down');
  });

  it('refuses a socket path that is too long', async () => {
    const outcome = await program.call('ADD', { CHURNLAB_CNI_SOCKET: `/${'x'.repeat(200)}` });
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
        const outcome = await program.run(
          { CNI_COMMAND, ...Object.fromEntries(given), CHURNLAB_CNI_WAIT_MS: '1' },
          stdin,
        );
        expect(outcome.signal).toBe(0);
        if (outcome.stdout !== '') JSON.parse(outcome.stdout);
        else expect([CNI_COMMAND, outcome.exitCode]).toEqual(['DEL', 0]);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(readdirSync(program.queueDir).length).toBeGreaterThan(1);
    for (const name of readdirSync(path.join(program.dir, 'var'), { recursive: true }).map(String)) {
      expect(name).toMatch(/^queue(\/(\.lock|\.new|[A-Za-z0-9][\w.-]*,[^/]{1,15}))?$/);
    }
  });
});

describe('with an agent', () => {
  it('prints what the agent answers', async () => {
    const backend = new FakeBackend();
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, backend);
    const outcome = await program.call(
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
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, new FakeBackend());
    const stdin = config('1.1.0', { prevResult: {} });
    expect(await program.call(command, {}, stdin)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it("exits with the agent's code and prints its error", async () => {
    const backend = new FakeBackend();
    backend.before = () => {
      throw new CniError(101, 'full');
    };
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, backend);
    const outcome = await program.call('ADD');
    expect(outcome).toMatchObject({
      exitCode: 1,
      stdout: '{"cniVersion":"1.1.0","code":101,"msg":"full"}\n',
    });
    expect(JSON.parse((await program.call('ADD', {}, '{')).stdout).code).toBe(6);
  });

  it.each(['ADD', 'STATUS'])('waits at %s until the agent is there', async (command) => {
    const added = program.call(command, { CHURNLAB_CNI_WAIT_MS: '20000' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, new FakeBackend());
    expect(await added).toMatchObject({ exitCode: 0 });
  });

  it('waits past a socket that a killed agent left', async () => {
    {
      await using _dead = await program.listen(() => undefined);
      // The name that outlives the listener: closing removes only the one it was bound to.
      execFileSync('ln', [program.socketPath, `${program.socketPath}.kept`]);
    }
    execFileSync('mv', [`${program.socketPath}.kept`, program.socketPath]);
    const down = JSON.parse((await program.call('ADD')).stdout);
    expect(down).toMatchObject({ code: 11, details: expect.stringContaining('connection refused') });
    const added = program.call('ADD', { CHURNLAB_CNI_WAIT_MS: '20000' });
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, new FakeBackend());
    expect(await added).toMatchObject({ exitCode: 0 });
  });

  it('passes on large requests and answers', async () => {
    const big = { dns: { search: Array.from({ length: 20_000 }, (_, index) => `domain-${index}.example`) } };
    const backend = new FakeBackend();
    backend.add = async ({ config: { dns } }) => ({ ...RESULT, ...(dns ? { dns } : {}) });
    await using _server = await serveCni({ listen: { socketPath: program.socketPath } }, backend);
    const outcome = await program.call('ADD', {}, config('1.1.0', big));
    expect(JSON.parse(outcome.stdout).dns).toEqual(big.dns);
    const refused = JSON.parse((await program.call('ADD', {}, ' '.repeat(1 << 20))).stdout);
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
    await using _server = await program.listen((socket) => socket.end(answer));
    expect(JSON.parse((await program.call('ADD')).stdout)).toMatchObject({ code: 5, msg });
  });

  it('answers 11 when the answer does not come', async () => {
    await using _server = await program.listen(() => undefined);
    for (const command of ['ADD', 'DEL', 'STATUS']) {
      const error = JSON.parse((await program.call(command, { CHURNLAB_CNI_REPLY_MS: '100' })).stdout);
      expect(error).toMatchObject({ code: 11, msg: 'timed out waiting for the churnlab agent' });
      expect(failureClassOf(new CniError(error.code, error.msg))).toBe('timeout');
    }
  });
});
