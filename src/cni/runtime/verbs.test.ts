import { describe, expect, it } from 'vitest';
import { chainPlugin, type FakeAnswer } from '../testing/fake-executor.ts';
import { ATTACHMENT, FakeRuntime, fail, failure, network } from '../testing/fake-runtime.ts';

describe('CHECK', () => {
  it('passes the final result to every plugin', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    await runtime.addNetworkList(network(), ATTACHMENT);
    const timing = await runtime.checkNetworkList(network(), ATTACHMENT);
    expect(timing?.plugins.map(({ plugin }) => plugin)).toEqual(['first', 'second']);
    const checks = calls.filter(({ command }) => command === 'CHECK');
    expect(checks.map(({ stdin }) => (stdin.prevResult as { ips: object[] }).ips.length)).toEqual([2, 2]);
  });

  it('is refused before 0.4.0 and for what was not added, and left out with disableCheck', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    expect(await failure(runtime.checkNetworkList(network('0.3.1'), ATTACHMENT))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('configuration version "0.3.1" does not support the CHECK command'),
    });
    expect(await failure(runtime.checkNetworkList(network(), ATTACHMENT))).toMatchObject({
      cniError: { code: 3 },
    });
    expect(
      await runtime.checkNetworkList(network('1.1.0', { disableCheck: true }), ATTACHMENT),
    ).toBeUndefined();
    expect(calls).toEqual([]);
  });
});

describe('GC', () => {
  const OTHER = { ...ATTACHMENT, containerId: 'c2' };
  const valid = [{ containerId: 'c2', ifname: 'eth0' }];

  it('deletes what is not valid, then calls the plugins with both keys', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    await runtime.addNetworkList(network(), ATTACHMENT);
    await runtime.addNetworkList(network(), OTHER);
    calls.length = 0;
    const { deleted, timing } = await runtime.gcNetworkList(network(), valid);
    expect(deleted).toEqual([{ containerId: 'c1', ifname: 'eth0' }]);
    expect(timing?.plugins.map(({ plugin }) => plugin)).toEqual(['first', 'second']);
    expect(calls.map(({ command, plugin }) => `${command} ${plugin}`)).toEqual([
      'DEL /bin/second',
      'DEL /bin/first',
      'GC /bin/first',
      'GC /bin/second',
    ]);
    const attachments = [{ containerID: 'c2', ifname: 'eth0' }];
    expect(calls[2]?.stdin).toEqual({
      type: 'first',
      keyA: 1,
      name: 'net',
      cniVersion: '1.1.0',
      'cni.dev/valid-attachments': attachments,
      'cni.dev/attachments': attachments,
    });
    expect(calls[2]?.env.CNI_CONTAINERID).toBe('');
    expect(calls[1]?.env.CNI_ARGS).toBe('IgnoreUnknown=1;K8S_POD_NAME=web-0');
  });

  it('only deletes in versions without the verb, and does nothing with disableGC', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    await runtime.addNetworkList(network('1.0.0'), ATTACHMENT);
    calls.length = 0;
    expect(await runtime.gcNetworkList(network('1.0.0', { disableGC: true }), [])).toEqual({
      deleted: [],
      timing: undefined,
    });
    expect((await runtime.gcNetworkList(network('1.0.0'), [])).deleted).toHaveLength(1);
    expect(calls.map(({ command }) => command)).toEqual(['DEL', 'DEL']);
  });

  it('goes on after failures and reports all', async () => {
    using fake = new FakeRuntime((call) =>
      call.command === 'GC' ? fail(`no ${call.plugin}`) : chainPlugin(call),
    );
    const { calls, runtime } = fake;
    const error = await failure(runtime.gcNetworkList(network(), []));
    expect(error).toMatchObject({
      code: 'several',
      message:
        'network "net" failed (gc): plugin type="first" failed (gc): no /bin/first; plugin type="second" failed (gc): no /bin/second',
      timing: { plugins: [{}, {}] },
    });
    expect(calls).toHaveLength(2);
  });

  it('runs alone', async () => {
    const go = Promise.withResolvers<void>();
    using fake = new FakeRuntime(async (call) => {
      if (call.command === 'ADD') await go.promise;
      return chainPlugin(call);
    });
    const { calls, runtime } = fake;
    const all = [
      runtime.addNetworkList(network(), ATTACHMENT),
      runtime.gcNetworkList(network(), [ATTACHMENT]),
      runtime.delNetworkList(network(), OTHER),
    ];
    await new Promise((resolve) => setImmediate(resolve));
    go.resolve();
    await Promise.all(all);
    expect(calls.map(({ command }) => command)).toEqual(['ADD', 'ADD', 'GC', 'GC', 'DEL', 'DEL']);
  });
});

describe('STATUS and VERSION', () => {
  it('asks every plugin until one fails', async () => {
    using fake = new FakeRuntime((call) =>
      call.plugin === '/bin/first' ? { exitCode: 1, stdout: '{"code":50,"msg":"down"}' } : {},
    );
    const { calls, runtime } = fake;
    const error = await failure(runtime.statusNetworkList(network()));
    expect(error.cniError.code).toBe(50);
    expect(calls).toHaveLength(1);
    expect(await runtime.statusNetworkList(network('1.0.0'))).toBeUndefined();
  });

  it('asks each type once for its versions and speaks the highest that all know', async () => {
    const answers: Record<string, FakeAnswer> = {
      '/bin/first': { cniVersion: '1.1.0', supportedVersions: ['0.4.0', '1.0.0', '1.1.0'] },
      '/bin/second': { cniVersion: '1.0.0', supportedVersions: ['0.4.0', '1.0.0'] },
    };
    using fake = new FakeRuntime(({ plugin }) => answers[plugin] ?? {});
    const { calls, runtime } = fake;
    const list = network('1.1.0', { cniVersions: ['0.4.0', '1.0.0', '1.1.0'] });
    expect((await runtime.negotiate(list)).cniVersion).toBe('1.0.0');
    expect(calls.map(({ stdin, env }) => [stdin, env.CNI_COMMAND])).toEqual([
      [{ cniVersion: '1.1.0' }, 'VERSION'],
      [{ cniVersion: '1.1.0' }, 'VERSION'],
    ]);
    expect(await failure(runtime.negotiate(network('1.1.0')))).toMatchObject({
      code: 'refused',
      cniError: { code: 1, details: expect.stringContaining('second supports 0.4.0, 1.0.0') },
    });
  });

  it.each<[FakeAnswer, readonly string[]]>([
    [{ cniVersion: '0.2.0' }, ['0.1.0', '0.2.0']],
    [{ exitCode: 1, stdout: '{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}' }, ['0.1.0']],
  ])('knows plugins of old from %j', async (answer, expected) => {
    using fake = new FakeRuntime(() => answer);
    const versions = await fake.runtime.versions(network());
    expect(versions.get('first')).toEqual(expected);
  });
});
