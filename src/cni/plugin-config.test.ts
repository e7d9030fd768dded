import { describe, expect, it } from 'vitest';
import type { CniError } from './errors.ts';
import { parseEnvelope, readChurnlabConfig } from './plugin-config.ts';

const MINIMAL = { cniVersion: '1.1.0', name: 'pods', type: 'churnlab-cni' };

function read(fields: object, lenient = false) {
  return readChurnlabConfig(parseEnvelope(JSON.stringify({ ...MINIMAL, ...fields })), { lenient });
}

function failure(work: () => unknown): CniError {
  try {
    work();
  } catch (error) {
    return error as CniError;
  }
  throw new Error('did not throw');
}

describe('the configuration of churnlab-cni', () => {
  it('has defaults for everything', () => {
    expect(read({})).toEqual({
      cniVersion: '1.1.0',
      name: 'pods',
      statusOnExhaustion: false,
      requestedIps: [],
      portMappings: [],
    });
  });

  it('reads every field', () => {
    const config = read({
      mtu: 1450,
      statusOnExhaustion: true,
      ipam: { type: 'churnlab' },
      dns: { nameservers: ['10.96.0.10'] },
      capabilities: { portMappings: true },
      runtimeConfig: {
        ips: ['10.20.0.9/24', 'fd00::9'],
        mac: '0A:58:0A:14:00:09',
        portMappings: [
          { hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '' },
          { hostPort: 53, containerPort: 53, protocol: 'UDP', hostIP: '192.0.2.1' },
          { hostPort: 0, containerPort: 9090, protocol: 'tcp' },
        ],
      },
      prevResult: { cniVersion: '1.1.0', ips: [{ address: '10.0.0.1/24' }] },
    });
    expect(config).toEqual({
      cniVersion: '1.1.0',
      name: 'pods',
      mtu: 1450,
      statusOnExhaustion: true,
      dns: { nameservers: ['10.96.0.10'] },
      requestedIps: ['10.20.0.9/24', 'fd00::9'],
      requestedMac: '0a:58:0a:14:00:09',
      portMappings: [
        { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
        { hostPort: 53, containerPort: 53, protocol: 'udp', hostIP: '192.0.2.1' },
      ],
      prevResult: { interfaces: [], ips: [{ address: '10.0.0.1/24' }], routes: [] },
    });
  });

  it('takes args.cni where there is no capability, and the capability before it', () => {
    const args = { cni: { ips: ['10.0.0.1'], mac: '02:00:00:00:00:01', labels: [] } };
    expect(read({ args })).toMatchObject({ requestedIps: ['10.0.0.1'], requestedMac: '02:00:00:00:00:01' });
    expect(read({ args, runtimeConfig: { ips: ['10.0.0.2'] } }).requestedIps).toEqual(['10.0.0.2']);
  });

  it.each([
    [{ mut: 1400 }, 'unsupported field mut: 1400'],
    [{ ipam: { type: 'churnlab', subnet: '10.0.0.0/8' } }, 'unsupported field ipam.subnet: "10.0.0.0/8"'],
    [{ runtimeConfig: { bandwidth: {} } }, 'unsupported field runtimeConfig.bandwidth: {}'],
  ])('refuses the unknown field in %j with its key and value', (fields, message) => {
    expect(failure(() => read(fields))).toMatchObject({ code: 2, message });
    expect(read(fields, true)).toMatchObject({ name: 'pods' });
  });

  it.each([
    [{ mtu: 1000 }, 'mtu: Expected an integer from 1280 to 65535, got `1000` (number)'],
    [{ type: 'bridge' }, 'type: Expected `churnlab-cni`, got `"bridge"` (string)'],
    [{ ipam: { type: 'host-local' } }, /^ipam\.type: Expected `churnlab` /],
    [{ runtimeConfig: { mac: '01:00:5e:00:00:01' } }, /^runtimeConfig\.mac: Expected a unicast MAC/],
    [{ runtimeConfig: { ips: ['10.0.0'] } }, /^runtimeConfig\.ips: Expected addresses/],
    [
      { runtimeConfig: { portMappings: [{ hostPort: 1, containerPort: 1, protocol: 'x' }] } },
      /protocol: Expected `tcp`/,
    ],
    [{ statusOnExhaustion: 'often' }, /^statusOnExhaustion: Expected `true` or `false`/],
  ])('refuses %j with 7', (fields, details) => {
    const error = failure(() => read(fields));
    expect(error).toMatchObject({ code: 7, message: 'invalid network config' });
    expect(error.details).toMatch(details);
    expect(read(fields, true)).toMatchObject({ name: 'pods' });
  });

  it.each([
    ['', 6, /^error unmarshall network config: /],
    ['{', 6, /^error unmarshall network config: /],
    ['null', 6, /got `null`/],
    ['{"name":7}', 6, /Expected strings/],
    ['{}', 7, /^missing network name$/],
    ['{"name":"a b"}', 7, /^invalid characters found in network name$/],
  ])('refuses %j with code %i', (stdin, code, message) => {
    expect(failure(() => parseEnvelope(stdin))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is of version 0.1.0 when it does not say', () => {
    expect(parseEnvelope('{"name":"x"}').cniVersion).toBe('0.1.0');
  });

  it('keeps an unreadable previous result from stopping a DEL', () => {
    const fields = { prevResult: { cniVersion: '1.1.0', ips: 7 } };
    expect(failure(() => read(fields)).code).toBe(6);
    expect(read(fields, true).prevResult).toBeUndefined();
  });
});

describe('valid attachments', () => {
  const one = { containerID: 'c1', ifname: 'eth0' };

  it.each([
    [{ 'cni.dev/valid-attachments': [one] }, [{ containerId: 'c1', ifname: 'eth0' }]],
    [{ 'cni.dev/attachments': [one] }, [{ containerId: 'c1', ifname: 'eth0' }]],
    [
      { 'cni.dev/valid-attachments': [one], 'cni.dev/attachments': [] },
      [{ containerId: 'c1', ifname: 'eth0' }],
    ],
    [{ 'cni.dev/valid-attachments': [] }, []],
    [{ 'cni.dev/valid-attachments': null }, []],
    [{}, undefined],
    [{ 'cni.dev/valid-attachments': {} }, undefined],
    [{ 'cni.dev/valid-attachments': [one, 'c2'] }, undefined],
  ])('of %j', (fields, expected) => {
    expect(read(fields, true).validAttachments).toEqual(expected);
  });

  it('are refused as a whole when one is no attachment', () => {
    expect(failure(() => read({ 'cni.dev/valid-attachments': [one, {}] }, true)).code).toBe(3);
  });
});
