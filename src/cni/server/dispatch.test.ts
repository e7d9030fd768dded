import { describe, expect, it } from 'vitest';
import { CniError } from '../errors.ts';
import { config, environment, FakeBackend, RESULT } from '../testing/fake-backend.ts';
import { PLUGIN_VERSIONS, SPEC_VERSIONS } from '../versions.ts';
import { type CallTrace, Dispatcher } from './dispatch.ts';
import { encodeRequest } from './wire.ts';

function ask(dispatcher: Dispatcher, command: string, stdin: string, more: Record<string, string> = {}) {
  return dispatcher.answer(encodeRequest({ env: environment(command, more), stdin }));
}

/** What CHECK and GC cannot do without. */
const VALID = { 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'eth0' }], prevResult: {} };

describe('Dispatcher', () => {
  it.each(PLUGIN_VERSIONS)('answers ADD in version %s', async (version) => {
    const backend = new FakeBackend();
    const { exitCode, stdout } = await ask(new Dispatcher(backend), 'ADD', config(version));
    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ cniVersion: version, interfaces: [{ name: 'lxc0' }, { name: 'eth0' }] });
    expect(result.ips.map((ip: { address: string }) => ip.address)).toEqual(
      RESULT.ips.map((ip) => ip.address),
    );
    expect(backend.requests).toMatchObject([
      {
        command: 'ADD',
        containerId: 'c1',
        netns: '/run/netns/c1',
        ifname: 'eth0',
        path: '/opt/cni/bin',
        t0: 1000,
        args: { podNamespace: 'default', podName: 'web-0' },
        config: { name: 'pods', cniVersion: version },
      },
    ]);
  });

  it.each(['DEL', 'CHECK', 'GC', 'STATUS'])('answers %s with nothing on success', async (command) => {
    const backend = new FakeBackend();
    expect(await ask(new Dispatcher(backend), command, config('1.1.0', VALID))).toEqual({
      exitCode: 0,
      stdout: '',
    });
    expect(backend.requests).toMatchObject([{ command }]);
  });

  it.each(
    SPEC_VERSIONS.flatMap((version) =>
      ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'].map((verb) => [version, verb] as const),
    ),
  )('gates %s %s as skel does', async (version, verb) => {
    const backend = new FakeBackend();
    const { stdout } = await ask(new Dispatcher(backend), verb, config(version, VALID));
    const known = (PLUGIN_VERSIONS as readonly string[]).includes(version);
    const late =
      (verb === 'CHECK' && version < '0.4.0') || (['GC', 'STATUS'].includes(verb) && version < '1.1.0');
    if (known && !late) {
      expect(backend.requests).toHaveLength(1);
    } else {
      expect(JSON.parse(stdout)).toMatchObject({
        cniVersion: version,
        code: 1,
        msg: known ? `config version does not allow ${verb}` : 'incompatible CNI versions',
      });
      expect(backend.requests).toHaveLength(0);
    }
  });

  it('names both sides when versions do not meet', async () => {
    const { stdout } = await ask(new Dispatcher(new FakeBackend()), 'ADD', config('0.2.0'));
    expect(JSON.parse(stdout).details).toBe(
      'config is "0.2.0", plugin supports ["0.3.1","0.4.0","1.0.0","1.1.0"]',
    );
  });

  it('passes on what the backend throws', async () => {
    const backend = new FakeBackend();
    backend.before = () => {
      throw new CniError(101, 'full', 'of 10.20.0.0/24');
    };
    const { exitCode, stdout } = await ask(new Dispatcher(backend), 'ADD', config('0.4.0'));
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      cniVersion: '0.4.0',
      code: 101,
      msg: 'full',
      details: 'of 10.20.0.0/24',
    });
  });

  it('answers 999 for an error without a code', async () => {
    const backend = new FakeBackend();
    backend.before = () => Promise.reject(new TypeError('boom'));
    const { stdout } = await ask(new Dispatcher(backend), 'DEL', config());
    expect(JSON.parse(stdout)).toMatchObject({ code: 999, msg: 'boom' });
  });

  it.each([
    ['{', 6],
    ['', 6],
    ['{"cniVersion":"1.1.0"}', 7],
    [config('1.1.0', { surprise: 1 }), 2],
    [config('1.1.0', { mtu: 7 }), 7],
  ])('refuses stdin %j with %i', async (stdin, code) => {
    const { exitCode, stdout } = await ask(new Dispatcher(new FakeBackend()), 'ADD', stdin);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).code).toBe(code);
  });

  it('removes a pod whose configuration is not right any more', async () => {
    const backend = new FakeBackend();
    const stdin = config('1.1.0', { surprise: 1, mtu: 7, prevResult: { ips: 'x' } });
    const reply = await ask(new Dispatcher(backend), 'DEL', stdin, { CNI_ARGS: 'broken', CNI_NETNS: '' });
    expect(reply).toEqual({ exitCode: 0, stdout: '' });
    expect(backend.requests).toMatchObject([
      { command: 'DEL', netns: '', replayed: false, args: { other: {} } },
    ]);
  });

  it('never takes a missing list for "nothing is valid"', async () => {
    const backend = new FakeBackend();
    const { stdout } = await ask(new Dispatcher(backend), 'GC', config());
    expect(JSON.parse(stdout)).toMatchObject({ code: 7 });
    expect(backend.requests).toHaveLength(0);
  });

  it('refuses CHECK without anything to compare with', async () => {
    const { stdout } = await ask(new Dispatcher(new FakeBackend()), 'CHECK', config());
    expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: 'CHECK without prevResult' });
  });

  it('refuses VERSION, which the program answers', async () => {
    const { stdout } = await ask(new Dispatcher(new FakeBackend()), 'VERSION', '{}');
    expect(JSON.parse(stdout).code).toBe(4);
  });

  it('answers garbage', async () => {
    const { exitCode, stdout } = await new Dispatcher(new FakeBackend()).answer(
      Buffer.from('GET / HTTP/1.1\r\n'),
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ code: 5 });
  });

  it('runs the calls for one container in order, and others meanwhile', async () => {
    const backend = new FakeBackend();
    const { promise, resolve } = Promise.withResolvers<void>();
    backend.before = (request) => (request.command === 'ADD' ? promise : undefined);
    const dispatcher = new Dispatcher(backend);
    const add = ask(dispatcher, 'ADD', config());
    const del = ask(dispatcher, 'DEL', config());
    await ask(dispatcher, 'DEL', config(), { CNI_CONTAINERID: 'c2' });
    expect(backend.requests.map(({ command }) => command)).toEqual(['ADD', 'DEL']);
    resolve();
    await Promise.all([add, del]);
    expect(backend.requests.map((request) => 'containerId' in request && request.containerId)).toEqual([
      'c1',
      'c2',
      'c1',
    ]);
  });

  it('traces each call', async () => {
    const traces: CallTrace[] = [];
    const dispatcher = new Dispatcher(new FakeBackend(), (trace) => traces.push(trace));
    await ask(dispatcher, 'ADD', config());
    await ask(dispatcher, 'ADD', '{');
    expect(traces).toMatchObject([
      { command: 'ADD', containerId: 'c1', ifname: 'eth0', t0: 1000, error: undefined },
      { command: undefined, startedNs: undefined, error: { code: 6 } },
    ]);
    const [first] = traces;
    expect(first && first.startedNs !== undefined && first.acceptedNs <= first.startedNs).toBe(true);
    expect(first && first.startedNs !== undefined && first.startedNs <= first.endedNs).toBe(true);
  });
});
