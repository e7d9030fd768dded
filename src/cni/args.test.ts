import { describe, expect, it } from 'vitest';
import { formatCniArgs, parseCniArgs, validateEnvironment, validateNetworkName } from './args.ts';

const ADD = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1', CNI_NETNS: '/run/netns/c1', CNI_IFNAME: 'eth0' };

function failure(work: () => unknown): { code: number; message: string } {
  try {
    work();
  } catch (error) {
    return error as { code: number; message: string };
  }
  throw new Error('did not throw');
}

describe('validateEnvironment', () => {
  it.each([
    ADD,
    { ...ADD, CNI_COMMAND: 'CHECK' },
    { CNI_COMMAND: 'DEL', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0' },
    { CNI_COMMAND: 'GC', CNI_PATH: '/opt/cni/bin' },
    { CNI_COMMAND: 'STATUS' },
    { CNI_COMMAND: 'VERSION' },
  ])('accepts $CNI_COMMAND with what it needs', (env) => {
    expect(validateEnvironment(env)).toBe(env.CNI_COMMAND);
  });

  it.each([
    [{}, 'required env variables [CNI_COMMAND] missing'],
    [{ CNI_COMMAND: 'ADD' }, 'required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing'],
    [{ ...ADD, CNI_NETNS: '' }, 'required env variables [CNI_NETNS] missing'],
    [{ CNI_COMMAND: 'DEL' }, 'required env variables [CNI_CONTAINERID,CNI_IFNAME] missing'],
    [{ CNI_COMMAND: 'GC' }, 'required env variables [CNI_PATH] missing'],
    [{ CNI_COMMAND: 'add' }, 'unknown CNI_COMMAND: add'],
    [{ CNI_COMMAND: 'toString' }, 'unknown CNI_COMMAND: toString'],
    [{ ...ADD, CNI_CONTAINERID: '../c1' }, 'invalid characters in containerID'],
    [{ ...ADD, CNI_CONTAINERID: '-c1' }, 'invalid characters in containerID'],
    [{ ...ADD, CNI_IFNAME: '0123456789abcdef' }, 'interface name is too long'],
    [{ ...ADD, CNI_IFNAME: '..' }, 'interface name is . or ..'],
    [{ ...ADD, CNI_IFNAME: 'a/b' }, 'interface name contains / or : or whitespace characters'],
    [{ ...ADD, CNI_IFNAME: 'a b' }, 'interface name contains / or : or whitespace characters'],
    [{ ...ADD, CNI_IFNAME: 'a:1' }, 'interface name contains / or : or whitespace characters'],
  ])('refuses %j as skel does', (env, message) => {
    expect(failure(() => validateEnvironment(env))).toMatchObject({ code: 4, message });
  });

  it('refuses network names that are no file names', () => {
    expect(failure(() => validateNetworkName(''))).toMatchObject({
      code: 7,
      message: 'missing network name',
    });
    expect(failure(() => validateNetworkName('a/b'))).toMatchObject({ code: 7, details: 'a/b' });
  });
});

describe('CNI_ARGS', () => {
  it('reads what containerd sends', () => {
    const text =
      'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2';
    expect(parseCniArgs(text)).toEqual({
      podNamespace: 'default',
      podName: 'web-0',
      podUid: '1-2',
      infraContainerId: 'abc',
      other: { IgnoreUnknown: '1' },
    });
  });

  it('is empty for an empty text', () => {
    expect(parseCniArgs('')).toEqual({ other: {} });
  });

  it('keeps unknown keys, whatever they are called', () => {
    expect(Object.entries(parseCniArgs('__proto__=x;IP=10.0.0.1').other)).toEqual([
      ['__proto__', 'x'],
      ['IP', '10.0.0.1'],
    ]);
  });

  it.each(['A', 'A=1=2', '=1', 'A=1;'])('refuses %j', (text) => {
    expect(failure(() => parseCniArgs(text)).code).toBe(4);
  });

  it('writes pairs in their order', () => {
    expect(
      formatCniArgs([
        ['B', '1'],
        ['A', '2'],
      ]),
    ).toBe('B=1;A=2');
    expect(formatCniArgs([])).toBe('');
  });
});
