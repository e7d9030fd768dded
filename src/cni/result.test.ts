import { describe, expect, it } from 'vitest';
import { type CniResult, isCidr, resultFromJson, resultToJson } from './result.ts';
import { RUNTIME_VERSIONS } from './versions.ts';

/** Every field of 1.1.0, both families. */
const FULL: CniResult = {
  interfaces: [
    { name: 'lxc0', mac: '0a:58:00:00:00:01', mtu: 1450 },
    {
      name: 'eth0',
      mac: '0a:58:00:00:00:02',
      mtu: 1450,
      sandbox: '/run/netns/c1',
      socketPath: '/s',
      pciID: '0:1',
    },
  ],
  ips: [
    { address: '10.20.0.7/32', gateway: '169.254.1.1', interface: 1 },
    { address: 'fd00:20::7/128', gateway: 'fe80::1', interface: 1 },
  ],
  routes: [
    { dst: '0.0.0.0/0', gw: '169.254.1.1', mtu: 1450, advmss: 1410, priority: 10, table: 0, scope: 0 },
    { dst: '::/0', gw: 'fe80::1' },
  ],
  dns: { nameservers: ['10.96.0.10'], domain: 'cluster.local', search: ['a', 'b'], options: ['ndots:5'] },
};

/** What versions before 1.0.0 cannot say about interfaces. */
const OLD: CniResult = {
  ...FULL,
  interfaces: FULL.interfaces.map(({ name, mac = '', sandbox }) => ({
    name,
    mac,
    ...(sandbox ? { sandbox } : {}),
  })),
};

describe('results', () => {
  it.each(RUNTIME_VERSIONS)('survive %s', (version) => {
    const json = JSON.parse(JSON.stringify(resultToJson(FULL, version)));
    expect(json.cniVersion).toBe(version);
    const old = version < '1.0.0';
    expect(json.ips.map((ip: { version?: string }) => ip.version)).toEqual(
      old ? ['4', '6'] : [undefined, undefined],
    );
    expect('mtu' in json.interfaces[0]).toBe(!old);
    expect(resultFromJson(json, version)).toEqual(old ? OLD : FULL);
  });

  it('leave out empty lists and an empty dns', () => {
    const json = resultToJson({ interfaces: [], ips: [], routes: [], dns: {} }, '1.1.0');
    expect(json).toEqual({ cniVersion: '1.1.0' });
  });

  it('of an IPAM plugin need neither version nor interfaces; null is an empty list', () => {
    const json = {
      ips: [{ address: '10.1.0.5/16', gateway: '10.1.0.1', interface: 2 }],
      routes: null,
      dns: {},
    };
    expect(resultFromJson(json, '1.0.0')).toEqual({
      interfaces: [],
      ips: [{ address: '10.1.0.5/16', gateway: '10.1.0.1', interface: 2 }],
      routes: [],
    });
  });

  it('name every field that is wrong', () => {
    const bad = {
      cniVersion: '1.1.0',
      interfaces: [{ name: 7 }],
      ips: [{ address: '10.0.0.1' }, { address: '10.0.0.1/24', interface: 1, gateway: 'x' }],
      routes: [{ dst: 'default' }],
    };
    expect(() => resultFromJson(bad, '1.1.0')).toThrow(
      expect.objectContaining({
        code: 6,
        details: [
          'interfaces[0].name: Expected a string, got `7` (number)',
          'ips[0].address: Expected an address with prefix length, got `"10.0.0.1"` (string)',
          'ips[1].gateway: Expected an IP address, got `"x"` (string)',
          'ips[1].interface: Expected an index below 1, the number of interfaces, got `1` (number)',
          'routes[0].dst: Expected a network in CIDR notation, got `"default"` (string)',
        ].join('; '),
      }),
    );
  });

  it.each([null, [], 'x', 1])('refuse %j', (value) => {
    expect(() => resultFromJson(value, '1.1.0')).toThrow(expect.objectContaining({ code: 6 }));
  });

  it.each(['0.1.0', '0.2.0', '2.0.0'])('refuse the shape of %s', (cniVersion) => {
    expect(() => resultFromJson({ cniVersion }, '1.1.0')).toThrow(expect.objectContaining({ code: 1 }));
  });

  it.each([
    ['10.0.0.0/8', true],
    ['fd00::/128', true],
    ['10.0.0.0/33', false],
    ['fd00::/129', false],
    ['10.0.0.0', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0/8', false],
    ['10.0.0.0/', false],
  ])('isCidr(%s) is %s', (text, expected) => {
    expect(isCidr(text)).toBe(expected);
  });
});
