import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNetworkList } from '../config.ts';
import { chainPlugin, type FakeAnswer } from '../testing/fake-executor.ts';
import { ATTACHMENT, FakeRuntime, fail, failure, network } from '../testing/fake-runtime.ts';
import { RUNTIME_VERSIONS } from '../versions.ts';

describe('ADD', () => {
  it.each(RUNTIME_VERSIONS)('runs a chain of version %s', async (version) => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    const { result, timing } = await runtime.addNetworkList(network(version), ATTACHMENT);
    expect(result).toEqual({
      interfaces: [{ name: 'second' }],
      ips: [{ address: '10.0.0.1/24' }, { address: '10.0.0.2/24' }],
      routes: [],
    });
    expect(calls.map(({ stdin }) => stdin)).toEqual([
      { type: 'first', keyA: 1, cniVersion: version, name: 'net' },
      {
        type: 'second',
        cniVersion: version,
        name: 'net',
        runtimeConfig: { portMappings: ATTACHMENT.capabilityArgs.portMappings },
        prevResult: {
          cniVersion: version,
          interfaces: [{ name: 'first' }],
          ips: [{ address: '10.0.0.1/24', ...(version < '1.0.0' ? { version: '4' } : {}) }],
        },
      },
    ]);
    expect(calls[0]?.env).toEqual({
      PATH: '/sbin',
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/c1',
      CNI_IFNAME: 'eth0',
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAME=web-0',
      CNI_PATH: '/bin:/opt',
    });
    expect(timing.plugins.map(({ plugin, command }) => [plugin, command])).toEqual([
      ['first', 'ADD'],
      ['second', 'ADD'],
    ]);
    const stamps = timing.plugins.flatMap(({ startedNs, exitedNs, endedNs }) => [
      startedNs,
      exitedNs,
      endedNs,
    ]);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect([timing.startedNs, timing.endedNs]).toEqual([stamps[0], stamps.at(-1)]);
  });

  it("caches in libcni's format", async () => {
    using fake = new FakeRuntime();
    const { runtime } = fake;
    const list = network();
    await runtime.addNetworkList(list, ATTACHMENT);
    const cached = JSON.parse(readFileSync(fake.cacheFile, 'utf8'));
    expect(Object.keys(cached)).toEqual([
      'kind',
      'containerId',
      'config',
      'ifName',
      'networkName',
      'netns',
      'cniArgs',
      'capabilityArgs',
      'result',
    ]);
    expect(cached).toMatchObject({
      kind: 'cniCacheV1',
      containerId: 'c1',
      ifName: 'eth0',
      networkName: 'net',
      netns: '/run/netns/c1',
      cniArgs: [
        ['IgnoreUnknown', '1'],
        ['K8S_POD_NAME', 'web-0'],
      ],
      capabilityArgs: ATTACHMENT.capabilityArgs,
      result: { cniVersion: '1.1.0', interfaces: [{ name: 'second' }] },
    });
    expect(Buffer.from(cached.config, 'base64').toString()).toBe(list.text);
    expect(runtime.cachedAttachments('c1')).toEqual([{ ...ATTACHMENT, network: 'net', config: list.text }]);
    expect(runtime.cachedAttachments('c')).toEqual([]);
  });

  it('takes a result without version for one of the configuration', async () => {
    using fake = new FakeRuntime(() => ({ ips: [{ address: '10.0.0.1/24', version: '4' }] }));
    const { runtime } = fake;
    const { result } = await runtime.addNetworkList(network('0.4.0'), ATTACHMENT);
    expect(result.ips).toEqual([{ address: '10.0.0.1/24' }]);
  });

  it('says which plugin failed, why, and when', async () => {
    using fake = new FakeRuntime((call) =>
      call.plugin === '/bin/second' ? fail('no IP addresses available in range set: x') : chainPlugin(call),
    );
    const { calls, runtime } = fake;
    const error = await failure(runtime.addNetworkList(network(), ATTACHMENT));
    expect(error).toMatchObject({
      message: 'plugin type="second" failed (add): no IP addresses available in range set: x',
      code: 'plugin-failed',
      plugin: 'second',
      failureClass: 'pool-full',
      cniError: { code: 999 },
      timing: { plugins: [{ plugin: 'first' }, { plugin: 'second' }] },
    });
    expect(calls.map(({ command }) => command)).toEqual(['ADD', 'ADD']);
    expect(existsSync(fake.cacheFile)).toBe(false);
  });

  it('deletes after a failure when asked to, without a previous result', async () => {
    using fake = new FakeRuntime((call) => (call.command === 'ADD' ? fail('boom') : {}));
    const { calls, runtime } = fake;
    const error = await failure(runtime.addNetworkList(network(), ATTACHMENT, { deleteOnFailure: true }));
    expect(error.message).toContain('boom');
    expect(calls.map(({ command, plugin }) => `${command} ${plugin}`)).toEqual([
      'ADD /bin/first',
      'DEL /bin/second',
      'DEL /bin/first',
    ]);
    expect(calls.some(({ stdin }) => 'prevResult' in stdin)).toBe(false);
  });

  it.each<[string, FakeAnswer, string, number, RegExp]>([
    ['text', { exitCode: 0, stdout: 'hello' }, 'bad-answer', 6, /unusable answer "hello"/],
    ['nothing', { exitCode: 0, stdout: '' }, 'bad-answer', 6, /unusable answer ""/],
    ['a bad result', { exitCode: 0, stdout: '{"ips":7}' }, 'bad-answer', 6, /invalid CNI result/],
    ['an old result', { exitCode: 0, stdout: '{"cniVersion":"0.2.0"}' }, 'bad-answer', 1, /incompatible/],
    [
      'garbage',
      { exitCode: 1, stdout: 'panic: x' },
      'plugin-failed',
      0,
      /error parsing its diagnostic message "panic: x"/,
    ],
    ['no error', { exitCode: 1, stdout: '{}' }, 'plugin-failed', 0, /not an error object/],
    ['stderr', { exitCode: 2, stdout: '', stderr: 'oops' }, 'plugin-failed', 0, /netplugin failed: "oops"/],
    ['silence', { exitCode: 3, stdout: '' }, 'plugin-failed', 0, /no error message: exit status 3/],
  ])('keeps %s as the answer', async (_, answer, code, cniCode, message) => {
    using fake = new FakeRuntime(() => answer);
    const error = await failure(fake.runtime.addNetworkList(network(), ATTACHMENT));
    expect(error).toMatchObject({
      code,
      cniError: { code: cniCode },
      message: expect.stringMatching(message),
    });
    expect(error.outcome).toBeDefined();
    expect(error.timing?.plugins).toHaveLength(1);
  });

  it('fails for a plugin that is not there', async () => {
    const list = parseNetworkList(
      JSON.stringify({ cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'absent' }] }),
    );
    using fake = new FakeRuntime();
    expect(await failure(fake.runtime.addNetworkList(list, ATTACHMENT))).toMatchObject({
      code: 'plugin-not-found',
      message: 'plugin type="absent" failed (add): failed to find plugin "absent" in path ["/bin","/opt"]',
      timing: undefined,
    });
  });

  it('fails for a plugin that cannot be run', async () => {
    using fake = new FakeRuntime(() => Promise.reject(new Error('EACCES')));
    expect(await failure(fake.runtime.addNetworkList(network(), ATTACHMENT))).toMatchObject({
      code: 'exec-failed',
      message: 'plugin type="first" failed (add): cannot execute /bin/first: EACCES',
    });
  });

  it.each([{ containerId: '../x' }, { containerId: '' }, { ifname: 'a/b' }])('refuses %j', async (wrong) => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    const error = await failure(runtime.addNetworkList(network(), { ...ATTACHMENT, ...wrong }));
    expect(error.code).toBe('refused');
    expect(calls).toEqual([]);
  });

  it('fails when the result cannot be kept', async () => {
    using fake = new FakeRuntime();
    writeFileSync(path.join(fake.cacheDir, 'results'), 'a file where a folder must be');
    const error = await failure(fake.runtime.addNetworkList(network(), ATTACHMENT));
    expect(error.code).toBe('cache-failed');
  });
});

describe('DEL', () => {
  it.each(RUNTIME_VERSIONS)('runs in reverse in version %s', async (version) => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    const list = network(version);
    await runtime.addNetworkList(list, ATTACHMENT);
    await runtime.delNetworkList(list, ATTACHMENT);
    const deletions = calls.filter(({ command }) => command === 'DEL');
    expect(deletions.map(({ plugin }) => plugin)).toEqual(['/bin/second', '/bin/first']);
    const results = deletions.map(
      ({ stdin }) => (stdin.prevResult as { ips?: object[] } | undefined)?.ips?.length,
    );
    expect(results).toEqual(version < '0.4.0' ? [undefined, undefined] : [2, 2]);
    expect(existsSync(fake.cacheFile)).toBe(false);
  });

  it('of nothing runs all the same', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    const timing = await runtime.delNetworkList(network(), { ...ATTACHMENT, netns: '' });
    expect(timing.plugins).toHaveLength(2);
    expect(calls[0]?.stdin).not.toHaveProperty('prevResult');
    expect(calls[0]?.env.CNI_NETNS).toBe('');
  });

  it('keeps the cached result until it has succeeded', async () => {
    let broken = true;
    using fake = new FakeRuntime((call) =>
      call.command === 'DEL' && broken ? fail('busy') : chainPlugin(call),
    );
    const { calls, runtime } = fake;
    await runtime.addNetworkList(network(), ATTACHMENT);
    const error = await failure(runtime.delNetworkList(network(), ATTACHMENT));
    expect(error.message).toBe('plugin type="second" failed (delete): busy');
    expect(calls.filter(({ command }) => command === 'DEL')).toHaveLength(1);
    expect(existsSync(fake.cacheFile)).toBe(true);
    broken = false;
    await runtime.delNetworkList(network(), ATTACHMENT);
    expect(existsSync(fake.cacheFile)).toBe(false);
  });

  it.each(['garbage', '{"kind":"cniCacheV1","result":{"ips":7}}', '{"kind":"other"}'])(
    'survives the cache file %j',
    async (text) => {
      using fake = new FakeRuntime();
      const { runtime } = fake;
      await runtime.addNetworkList(network(), ATTACHMENT);
      writeFileSync(fake.cacheFile, text);
      await runtime.delNetworkList(network(), ATTACHMENT);
      expect(existsSync(fake.cacheFile)).toBe(false);
    },
  );

  it('reads the result that an older libcni left, in the version of today', async () => {
    using fake = new FakeRuntime();
    const { calls, runtime } = fake;
    await runtime.addNetworkList(network(), ATTACHMENT);
    writeFileSync(fake.cacheFile, '{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.9/24"}]}');
    await runtime.delNetworkList(network(), ATTACHMENT);
    expect(calls.at(-1)?.stdin.prevResult).toEqual({
      cniVersion: '1.1.0',
      ips: [{ address: '10.0.0.9/24' }],
    });
  });

  it('waits for the ADD of the same container', async () => {
    const go = Promise.withResolvers<void>();
    using fake = new FakeRuntime(async (call) => {
      if (call.command === 'ADD') await go.promise;
      return chainPlugin(call);
    });
    const { calls, runtime } = fake;
    const add = runtime.addNetworkList(network(), ATTACHMENT);
    const del = runtime.delNetworkList(network(), ATTACHMENT);
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.map(({ command }) => command)).toEqual(['ADD']);
    go.resolve();
    await Promise.all([add, del]);
    expect(calls.map(({ command }) => command)).toEqual(['ADD', 'ADD', 'DEL', 'DEL']);
  });
});
