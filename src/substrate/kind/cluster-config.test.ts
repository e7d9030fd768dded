import path from 'node:path';
import { expect, test } from 'vitest';
import { labSpec } from '../../scenario/index.ts';
import { clusterConfig } from './cluster-config.ts';

const golden = (name: string): string => path.join(import.meta.dirname, 'testdata', name);
const shared = { host: '/labs/kind/shared', node: '/churnlab' };

test('our network with our Services: no kube-proxy, no network of kind’s, no CIDRs by Kubernetes', async () => {
  const spec = labSpec({ nodes: 3, services: 'ebpf' });
  const config = clusterConfig({ cluster: 'kind-1a2b', spec, patches: ['kind: X\n'], shared });
  await expect(config).toMatchFileSnapshot(golden('ebpf.yaml'));
});

test('dual stack with CIDRs by Kubernetes and kube-proxy', async () => {
  const pools = [
    { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
    { cidrs: ['fd00:20::/104'], nodeMask: 112 },
  ];
  const spec = labSpec({ nodes: 1, network: 'bridge', services: 'nftables', ipam: { mode: 'kcm', pools } });
  const config = clusterConfig({ cluster: 'dual-1a2b', spec, patches: [], shared });
  await expect(config).toMatchFileSnapshot(golden('dual-kcm.yaml'));
});

test('a small pool of one family with CIDRs by Kubernetes', () => {
  const pools = [{ cidrs: ['10.20.0.0/26'], nodeMask: 27 }];
  const spec = labSpec({ nodes: 1, network: 'bridge', ipam: { mode: 'kcm', pools } });
  const config = clusterConfig({ cluster: 'small-1a2b', spec, patches: [], shared });
  expect(config).toContain('node-cidr-mask-size-ipv4: "27"');
});
