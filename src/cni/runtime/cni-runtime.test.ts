import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNetworkList } from '../config.ts';
import { chainPlugin, type FakeAnswer, type FakeCall, fakeExecutor } from '../testing/fake-executor.ts';
import { RUNTIME_VERSIONS } from '../versions.ts';
import { CniCallError } from './call-error.ts';
import { CniRuntime } from './cni-runtime.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(path.join(tmpdir(), 'clb-cni-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true }));

const ATTACHMENT = {
  containerId: 'c1',
  netns: '/run/netns/c1',
  ifname: 'eth0',
  args: [
    ['IgnoreUnknown', '1'],
    ['K8S_POD_NAME', 'web-0'],
  ] as const,
  capabilityArgs: { portMappings: [{ hostPort: 8080, containerPort: 80 }], mac: '02:00:00:00:00:01' },
};

function network(cniVersion = '1.1.0', more: object = {}) {
  return parseNetworkList(
    JSON.stringify({
      cniVersion,
      name: 'net',
      plugins: [
        { type: 'first', keyA: 1 },
        { type: 'second', capabilities: { portMappings: true }, 'cni.dev/x': 1 },
      ],
      ...more,
    }),
  );
}

function make(answer: (call: FakeCall) => FakeAnswer | Promise<FakeAnswer> = chainPlugin) {
  const { calls, executor } = fakeExecutor(answer);
  const findPlugin = (type: string) => (type === 'absent' ? undefined : `/bin/${type}`);
  const runtime = new CniRuntime({
    pluginPath: ['/bin', '/opt'],
    executor,
    cacheDir,
    environment: { PATH: '/sbin' },
    findPlugin,
  });
  return { calls, runtime };
}

async function failure(work: Promise<unknown>): Promise<CniCallError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CniCallError) return error;
  throw new Error('expected a CniCallError', { cause: error });
}

const fail = (msg: string): FakeAnswer => ({ exitCode: 1, stdout: JSON.stringify({ code: 999, msg }) });
const cacheFile = () => path.join(cacheDir, 'results', 'net-c1-eth0');

describe('ADD', () => {
  it.each(RUNTIME_VERSIONS)('runs a chain of version %s', async (version) => {
    const { calls, runtime } = make();
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
    const { runtime } = make();
    const list = network();
    await runtime.addNetworkList(list, ATTACHMENT);
    const cached = JSON.parse(readFileSync(cacheFile(), 'utf8'));
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
    const { runtime } = make(() => ({ ips: [{ address: '10.0.0.1/24', version: '4' }] }));
    const { result } = await runtime.addNetworkList(network('0.4.0'), ATTACHMENT);
    expect(result.ips).toEqual([{ address: '10.0.0.1/24' }]);
  });

  it('says which plugin failed, why, and when', async () => {
    const { calls, runtime } = make((call) =>
      call.plugin === '/bin/second' ? fail('no IP addresses available in range set: x') : chainPlugin(call),
    );
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
    expect(existsSync(cacheFile())).toBe(false);
  });

  it('deletes after a failure when asked to, without a previous result', async () => {
    const { calls, runtime } = make((call) => (call.command === 'ADD' ? fail('boom') : {}));
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
    const error = await failure(make(() => answer).runtime.addNetworkList(network(), ATTACHMENT));
    expect(error).toMatchObject({
      code,
      cniError: { code: cniCode },
      message: expect.stringMatching(message),
    });
    expect(error.outcome).toBeDefined();
    expect(error.timing?.plugins).toHaveLength(1);
  });

  it('fails for a plugin that is not there or cannot be run', async () => {
    const list = parseNetworkList(
      JSON.stringify({ cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'absent' }] }),
    );
    expect(await failure(make().runtime.addNetworkList(list, ATTACHMENT))).toMatchObject({
      code: 'plugin-not-found',
      message: 'plugin type="absent" failed (add): failed to find plugin "absent" in path ["/bin","/opt"]',
      timing: undefined,
    });
    const { runtime } = make(() => Promise.reject(new Error('EACCES')));
    expect(await failure(runtime.addNetworkList(network(), ATTACHMENT))).toMatchObject({
      code: 'exec-failed',
      message: 'plugin type="first" failed (add): cannot execute /bin/first: EACCES',
    });
  });

  it.each([{ containerId: '../x' }, { containerId: '' }, { ifname: 'a/b' }])('refuses %j', async (wrong) => {
    const { calls, runtime } = make();
    const error = await failure(runtime.addNetworkList(network(), { ...ATTACHMENT, ...wrong }));
    expect(error.code).toBe('refused');
    expect(calls).toEqual([]);
  });

  it('fails when the result cannot be kept', async () => {
    writeFileSync(path.join(cacheDir, 'results'), 'a file where a folder must be');
    const error = await failure(make().runtime.addNetworkList(network(), ATTACHMENT));
    expect(error.code).toBe('cache-failed');
  });
});

describe('DEL', () => {
  it.each(RUNTIME_VERSIONS)('runs in reverse in version %s', async (version) => {
    const { calls, runtime } = make();
    const list = network(version);
    await runtime.addNetworkList(list, ATTACHMENT);
    await runtime.delNetworkList(list, ATTACHMENT);
    const deletions = calls.filter(({ command }) => command === 'DEL');
    expect(deletions.map(({ plugin }) => plugin)).toEqual(['/bin/second', '/bin/first']);
    const results = deletions.map(
      ({ stdin }) => (stdin.prevResult as { ips?: object[] } | undefined)?.ips?.length,
    );
    expect(results).toEqual(version < '0.4.0' ? [undefined, undefined] : [2, 2]);
    expect(existsSync(cacheFile())).toBe(false);
  });

  it('of nothing runs all the same', async () => {
    const { calls, runtime } = make();
    const timing = await runtime.delNetworkList(network(), { ...ATTACHMENT, netns: '' });
    expect(timing.plugins).toHaveLength(2);
    expect(calls[0]?.stdin).not.toHaveProperty('prevResult');
    expect(calls[0]?.env.CNI_NETNS).toBe('');
  });

  it('keeps the cached result until it has succeeded', async () => {
    let broken = true;
    const { calls, runtime } = make((call) =>
      call.command === 'DEL' && broken ? fail('busy') : chainPlugin(call),
    );
    await runtime.addNetworkList(network(), ATTACHMENT);
    const error = await failure(runtime.delNetworkList(network(), ATTACHMENT));
    expect(error.message).toBe('plugin type="second" failed (delete): busy');
    expect(calls.filter(({ command }) => command === 'DEL')).toHaveLength(1);
    expect(existsSync(cacheFile())).toBe(true);
    broken = false;
    await runtime.delNetworkList(network(), ATTACHMENT);
    expect(existsSync(cacheFile())).toBe(false);
  });

  it.each(['garbage', '{"kind":"cniCacheV1","result":{"ips":7}}', '{"kind":"other"}'])(
    'survives the cache file %j',
    async (text) => {
      const { runtime } = make();
      await runtime.addNetworkList(network(), ATTACHMENT);
      writeFileSync(cacheFile(), text);
      await runtime.delNetworkList(network(), ATTACHMENT);
      expect(existsSync(cacheFile())).toBe(false);
    },
  );

  it('reads the result that an older libcni left, in the version of today', async () => {
    const { calls, runtime } = make();
    await runtime.addNetworkList(network(), ATTACHMENT);
    writeFileSync(cacheFile(), '{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.9/24"}]}');
    await runtime.delNetworkList(network(), ATTACHMENT);
    expect(calls.at(-1)?.stdin.prevResult).toEqual({
      cniVersion: '1.1.0',
      ips: [{ address: '10.0.0.9/24' }],
    });
  });

  it('waits for the ADD of the same container', async () => {
    const go = Promise.withResolvers<void>();
    const { calls, runtime } = make(async (call) => {
      if (call.command === 'ADD') await go.promise;
      return chainPlugin(call);
    });
    const add = runtime.addNetworkList(network(), ATTACHMENT);
    const del = runtime.delNetworkList(network(), ATTACHMENT);
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.map(({ command }) => command)).toEqual(['ADD']);
    go.resolve();
    await Promise.all([add, del]);
    expect(calls.map(({ command }) => command)).toEqual(['ADD', 'ADD', 'DEL', 'DEL']);
  });
});

describe('CHECK', () => {
  it('passes the final result to every plugin', async () => {
    const { calls, runtime } = make();
    await runtime.addNetworkList(network(), ATTACHMENT);
    const timing = await runtime.checkNetworkList(network(), ATTACHMENT);
    expect(timing?.plugins.map(({ plugin }) => plugin)).toEqual(['first', 'second']);
    const checks = calls.filter(({ command }) => command === 'CHECK');
    expect(checks.map(({ stdin }) => (stdin.prevResult as { ips: object[] }).ips.length)).toEqual([2, 2]);
  });

  it('is refused before 0.4.0 and for what was not added, and left out with disableCheck', async () => {
    const { calls, runtime } = make();
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
    const { calls, runtime } = make();
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
    const { calls, runtime } = make();
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
    const { calls, runtime } = make((call) =>
      call.command === 'GC' ? fail(`no ${call.plugin}`) : chainPlugin(call),
    );
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
    const { calls, runtime } = make(async (call) => {
      if (call.command === 'ADD') await go.promise;
      return chainPlugin(call);
    });
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
    const { calls, runtime } = make((call) =>
      call.plugin === '/bin/first' ? { exitCode: 1, stdout: '{"code":50,"msg":"down"}' } : {},
    );
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
    const { calls, runtime } = make(({ plugin }) => answers[plugin] ?? {});
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
    const versions = await make(() => answer).runtime.versions(network());
    expect(versions.get('first')).toEqual(expected);
  });
});
