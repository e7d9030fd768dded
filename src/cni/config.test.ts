import { describe, expect, it } from 'vitest';
import { CniConfigError, parseNetworkConf, parseNetworkList, parsePlugin } from './config.ts';

/** The example of the specification, section 1. */
const DBNET = {
  cniVersion: '1.1.0',
  cniVersions: ['0.3.1', '0.4.0', '1.0.0', '1.1.0'],
  name: 'dbnet',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      keyA: ['some more', 'plugin specific', 'configuration'],
      ipam: {
        type: 'host-local',
        subnet: '10.1.0.0/16',
        gateway: '10.1.0.1',
        routes: [{ dst: '0.0.0.0/0' }],
      },
      dns: { nameservers: ['10.1.0.1'] },
    },
    { type: 'tuning', capabilities: { mac: true }, sysctl: { 'net.core.somaxconn': '500' } },
    { type: 'portmap', capabilities: { portMappings: true, bandwidth: false } },
  ],
};

function problems(value: unknown): readonly string[] {
  try {
    parseNetworkList(typeof value === 'string' ? value : JSON.stringify(value), 'x.conflist');
  } catch (error) {
    if (error instanceof CniConfigError) return error.problems;
  }
  return [];
}

describe('parseNetworkList', () => {
  it('reads the example of the specification', () => {
    const text = JSON.stringify(DBNET);
    const list = parseNetworkList(text);
    expect(list).toMatchObject({
      name: 'dbnet',
      cniVersion: '1.1.0',
      versions: ['0.3.1', '0.4.0', '1.0.0', '1.1.0'],
      disableCheck: false,
      disableGC: false,
      warnings: [],
      text,
    });
    expect(list.plugins.map(({ type, capabilities }) => [type, capabilities])).toEqual([
      ['bridge', []],
      ['tuning', ['mac']],
      ['portmap', ['portMappings']],
    ]);
    expect(list.plugins[0]?.raw).toEqual(DBNET.plugins[0]);
  });

  it.each([
    [{ cniVersion: '0.4.0' }, '0.4.0'],
    [{ cniVersions: ['0.4.0', '1.0.0'] }, '1.0.0'],
    [{ cniVersion: '1.1.0', cniVersions: ['1.0.0'] }, '1.1.0'],
    [{ cniVersions: ['1.0.0', '7.0.0'] }, '1.0.0'],
  ])('chooses the version of %j', (versions, expected) => {
    const list = parseNetworkList(JSON.stringify({ name: 'n', plugins: [{ type: 'x' }], ...versions }));
    expect(list.cniVersion).toBe(expected);
  });

  it('takes switches as words, as libcni does', () => {
    const list = parseNetworkList(JSON.stringify({ ...DBNET, disableCheck: 'TRUE', disableGC: true }));
    expect(list).toMatchObject({ disableCheck: true, disableGC: true });
  });

  it('warns of reserved keys', () => {
    const plugin = { type: 'x', runtimeConfig: {}, 'cni.dev/valid-attachments': [] };
    expect(parseNetworkList(JSON.stringify({ ...DBNET, plugins: [plugin] })).warnings).toEqual([
      'plugins[0].runtimeConfig: reserved for the runtime (SPEC.md, "Reserved keys")',
      'plugins[0].cni.dev/valid-attachments: reserved for the runtime (SPEC.md, "Reserved keys")',
    ]);
  });

  it.each<[unknown, string[]]>([
    ['[]', ['Expected a JSON object']],
    [{ ...DBNET, name: undefined }, ['name: Expected a string, got nothing']],
    [{ ...DBNET, name: 'a/b' }, ['name: invalid characters found in network name "a/b"']],
    [{ ...DBNET, plugins: [] }, ['plugins: Expected at least one plugin, got `[]` (list)']],
    [{ ...DBNET, plugins: {} }, ['plugins: Expected a list of objects, got `{}` (object)']],
    [
      { ...DBNET, plugins: [{}] },
      ["plugins[0].type: Expected the file name of the plugin's program, got nothing"],
    ],
    [
      { ...DBNET, plugins: [{ type: '../evil' }] },
      ['plugins[0].type: Expected a file name, not a path, got `"../evil"` (string)'],
    ],
    [
      { ...DBNET, plugins: [{ type: 'x', capabilities: { mac: 1 } }] },
      ['plugins[0].capabilities.mac: Expected `true` or `false`, got `1` (number)'],
    ],
    [
      { name: 'n', cniVersion: 'one', disableGC: 'maybe', plugins: [{ type: 'x' }] },
      [
        'cniVersion: Expected a version such as 1.1.0, got `"one"` (string)',
        'disableGC: Expected `true` or `false`, got `"maybe"` (string)',
      ],
    ],
    [
      { name: 'n', plugins: [{ type: 'x' }] },
      ['cniVersion: Expected one of 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0, got 0.1.0'],
    ],
    [
      { name: 'n', cniVersion: '1.1.0', loadOnlyInlinedPlugins: true },
      ['plugins: Expected a list of plugins, got nothing'],
    ],
  ])('says what is wrong with %j', (value, expected) => {
    expect(problems(value)).toEqual(expected);
  });

  it('names the file and the reason when it is not JSON', () => {
    expect(() => parseNetworkList('{', '/etc/cni/net.d/1.conflist')).toThrow(
      expect.objectContaining({
        code: 'not-json',
        message: expect.stringMatching(/^\/etc\/cni\/net\.d\/1\.conflist: not JSON: /),
      }),
    );
  });
});

describe('single plugins', () => {
  it('become a list of one', () => {
    const conf = { cniVersion: '0.4.0', name: 'one', type: 'loopback' };
    const list = parseNetworkConf(JSON.stringify(conf));
    expect(list).toMatchObject({
      name: 'one',
      cniVersion: '0.4.0',
      plugins: [{ type: 'loopback', raw: conf }],
    });
    expect(JSON.parse(list.text)).toEqual({ name: 'one', cniVersion: '0.4.0', plugins: [conf] });
  });

  it('refuse a list under the wrong file name', () => {
    expect(() => parseNetworkConf(JSON.stringify(DBNET), 'x.conf')).toThrow(
      /belongs into a file that ends in .conflist/,
    );
  });

  it('of a folder need a type only', () => {
    expect(parsePlugin('{"type":"portmap"}')).toMatchObject({ type: 'portmap', capabilities: [] });
    expect(() => parsePlugin('{}')).toThrow(CniConfigError);
  });
});
