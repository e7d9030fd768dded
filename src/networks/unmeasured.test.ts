import { describe, expect, test } from 'vitest';
import { labSpec } from '../scenario/index.ts';
import { installedNetwork, NETWORKS_BY_NAME, whyNoAddresses, whyUnmeasured } from './index.ts';

const { churnlab, bridge, flannel } = NETWORKS_BY_NAME;
const acme = installedNetwork(labSpec({ network: 'manifest:acme.yaml' }))!;

describe('what cannot be had of a network', () => {
  test.each([
    [churnlab, 'kind', 'cni.add', undefined],
    [bridge, 'netns', 'cni.add', undefined],
    [churnlab, 'netns', 'cni.add.ipam', undefined],
    [bridge, 'netns', 'cni.add.ipam', 'network bridge does not tell of the parts of its calls'],
    [bridge, 'netns', 'cni.del.link_gone', 'does not tell of the parts'],
    [bridge, 'kind', 'cni.add', 'nobody tells of single calls of network bridge on kind'],
    [bridge, 'kind', 'pod.sandbox.network', 'nobody tells of single calls'],
    [bridge, 'kind', 'pod.sandbox', undefined],
    [bridge, 'kind', 'agent.cpu', 'nothing of network bridge runs between calls'],
    [bridge, 'netns', 'agent.cpu', undefined],
    [flannel, 'kind', 'agent.cpu', undefined],
    [acme, 'kind', 'agent.rss', undefined],
  ] as const)('$0.name on %s: %s', (network, substrate, metric, why) => {
    const found = whyUnmeasured(network, substrate, metric);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });

  test('addresses are told of by our agent, by files of host-local on nodes that are here, and by every call', () => {
    expect([churnlab, bridge].map((each) => whyNoAddresses(each, 'kind'))).toEqual([undefined, undefined]);
    expect(whyNoAddresses(acme, 'kind')).toContain('is not known');
    expect(whyNoAddresses(acme, 'netns')).toBeUndefined();
    expect(whyNoAddresses(bridge, 'kubeconfig')).toContain('cannot be looked into');
  });
});
