import { describe, expect, it } from 'vitest';
import * as conditions from './conditions.ts';
import { CniError } from './errors.ts';
import { codeOf, FAILURE_CLASSES, type FailureClass, failureClassOf } from './failure-class.ts';

const cause = new Error('create link: EPERM (1)');

describe('failureClassOf', () => {
  it.each<[FailureClass, CniError]>([
    ['pool-full', new CniError(codeOf('pool-full'), 'no free ipv4 address')],
    ['cooldown', new CniError(codeOf('cooldown'), 'all 12 free addresses cool down')],
    ['pool-not-on-node', conditions.noCidrOnNode('n1')],
    ['node-cidr-full', conditions.nodeCidrFull('n1', 'no CIDR left in 10.20.0.0/16')],
    ['kernel-refused', conditions.kernelRefused('create link', cause)],
    ['kernel-refused', conditions.kernelRefused('create link', new Error('timed out'))],
    ['other', conditions.interfaceExists('eth0', '/run/netns/x')],
    ['other', conditions.alreadyAttached('c1', 'eth0')],
    ['other', conditions.checkFailed(['eth0 has no address'])],
    ['other', conditions.unknownContainer('c1', 'eth0')],
    ['other', conditions.sameNetns()],
  ])('%s from our own condition', (expected, error) => {
    expect(failureClassOf(error)).toBe(expected);
    expect(failureClassOf(new Error('pod failed', { cause: error }))).toBe(expected);
    const stdout = JSON.stringify(error);
    expect(failureClassOf({ exitCode: 1, signal: 0, stdout, stderr: '' })).toBe(expected);
  });

  // The texts as the upstream sources print them.
  it.each<[FailureClass, string]>([
    [
      'pool-full',
      'failed to allocate for range 0: no IP addresses available in range set: 10.1.0.1-10.1.0.254',
    ],
    [
      'pool-full',
      'Unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure range is full',
    ],
    ['pool-full', 'No IPs available in pools: [10.0.0.0/24]'],
    [
      'node-cidr-full',
      'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
    ],
    ['node-cidr-full', 'Node n9 status is now: CIDRNotAvailable'],
    ['node-cidr-full', 'allocator full'],
    [
      'pool-not-on-node',
      "failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node.",
    ],
    ['pool-not-on-node', 'node "n1" pod cidr not assigned'],
    ['pool-not-on-node', 'unable to allocate from pool "blue" (family ipv4): pool not (yet) available'],
    ['rate-limited', '[PUT /endpoint/{id}][429] putEndpointIdTooManyRequests'],
    ['agent-down', 'dial unix /var/run/cilium/cilium.sock: connect: no such file or directory'],
    ['agent-down', 'churnlab agent is not running'],
    ['agent-down', 'churnlab agent went away before it answered'],
    ['timeout', 'timed out waiting for the churnlab agent'],
    ['timeout', 'context deadline exceeded'],
    ['kernel-refused', 'failed to connect "veth0a" to bridge cni0: exchange full'],
    ['kernel-refused', 'failed to create bridge "cni0": operation not permitted'],
    ['kernel-refused', 'bridge port in error state: down'],
    ['other', '10.1.0.5 has been allocated to c1, duplicate allocation is not allowed'],
    ['other', 'container veth name provided (eth0) already exists'],
    ['other', ''],
  ])('%s from %j', (expected, text) => {
    expect(failureClassOf(new CniError(999, text))).toBe(expected);
    expect(failureClassOf(new CniError(999, 'x', text))).toBe(expected);
    expect(failureClassOf(text)).toBe(expected);
    expect(failureClassOf({ exitCode: 1, signal: 0, stdout: '', stderr: text })).toBe(expected);
  });

  it('survives a cause that leads to itself', () => {
    const error = new Error('x');
    error.cause = error;
    expect(failureClassOf(error)).toBe('other');
    expect(failureClassOf(undefined)).toBe('other');
  });

  it('gives each class a code, and back where the code is ours', () => {
    const back = FAILURE_CLASSES.filter((name) => failureClassOf(new CniError(codeOf(name), '')) === name);
    expect(back).toEqual(['node-cidr-full', 'pool-full', 'cooldown', 'kernel-refused', 'other']);
  });
});
