import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigMap, KubeObject, Node } from '../../../kube/index.ts';
import { labSpec } from '../../../scenario/index.ts';
import { labSpecOf } from '../lab-spec.ts';
import { quotaProblems } from '../quota.ts';
import { ForeignCluster } from '../testing/foreign-cluster.ts';
import { findProxy } from './kube-proxy.ts';
import { findNetwork } from './network.ts';
import { pauseImage } from './pause-image.ts';
import { survey } from './survey.ts';

const named = (namespace: string, name: string, rest: object = {}) =>
  ({ apiVersion: 'v1', kind: 'X', metadata: { namespace, name }, ...rest }) as KubeObject & ConfigMap;
const config = (text: string) => [named('kube-system', 'kube-proxy', { data: { 'config.conf': text } })];

describe('kube-proxy', () => {
  const there = [named('kube-system', 'kube-proxy')];

  test.each([
    ['mode: ipvs\n', 'ipvs'],
    ['mode: ""\n', 'iptables'],
    ['mode: null\n', 'iptables'],
    ['mode: kernelspace\n', 'unknown'],
    ['metricsBindAddress: ""\n', 'unknown'],
  ])('%j is %s', (text, mode) => {
    expect(findProxy(config(text), there, [])).toBe(mode);
  });

  test('is absent without a pod of it, whatever was left of its configuration', () => {
    expect(findProxy(config('mode: ipvs\n'), [], [])).toBe('absent');
    expect(findProxy(config('mode: ipvs\n'), [], [named('kube-system', 'kube-proxy-node-1')])).toBe('ipvs');
  });
});

describe('the network', () => {
  test('is known by its DaemonSets, and its configuration by ConfigMaps beside them', () => {
    const flannel = '{ "name": "cbr0", "plugins": [{ "type": "flannel" }] }';
    // As Calico has it: a template, not JSON.
    const calico = '{ "name": "k8s-pod-network", "plugins": [{ "type": "calico", "mtu": __CNI_MTU__ }] }';
    const maps = [
      named('kube-flannel', 'cfg', { data: { 'cni-conf.json': flannel, 'net-conf.json': '{}' } }),
      named('kube-system', 'calico-config', { data: { cni_network_config: calico } }),
      named('default', 'other', { data: { 'cni.json': flannel } }),
    ];
    const sets = [named('kube-flannel', 'kube-flannel-ds'), named('kube-system', 'calico-node')];
    expect(findNetwork([...sets, named('shop', 'web')], maps)).toEqual({
      name: 'calico+flannel',
      daemonSets: ['kube-flannel/kube-flannel-ds', 'kube-system/calico-node'],
      namespaces: ['kube-flannel', 'kube-system'],
      conflists: ['cbr0', 'k8s-pod-network'],
    });
    expect(findNetwork([], maps)).toMatchObject({ name: 'unknown', conflists: [] });
  });
});

describe('the lab that a cluster is', () => {
  const wanted = labSpec({ nodes: 9, network: 'flannel', ipam: { mode: 'range', allowExhaustion: true } });

  test('has what the cluster has, of which nothing is assumed where the network is not ours', async () => {
    await using cluster = await ForeignCluster.start();
    await cluster.daemonSet('kube-system', 'cilium');
    const { network, nodes, services, ipam } = labSpecOf(await survey(cluster.client), wanted);
    expect({ network, nodes, services }).toEqual({
      network: 'existing:cilium',
      nodes: 2,
      services: 'nftables',
    });
    expect(ipam).toMatchObject({ pools: [], cooldown: 0, allowExhaustion: true });
  });

  test('has the chart’s own configuration where it is', async () => {
    const cluster = await ForeignCluster.start();
    onTestFinished(() => cluster[Symbol.asyncDispose]());
    await cluster.namespace('net');
    await cluster.daemonSet('net', 'churnlab-agent', {
      'app.kubernetes.io/name': 'churnlab',
      'app.kubernetes.io/component': 'agent',
    });
    const agent = {
      ...{ routing: 'vxlan', clusterCidrs: ['10.30.0.0/16'], cooldownMs: 1500, waitMs: 0 },
      ...{ preAllocate: 8, store: 'log', services: {} },
    };
    const operator = { mode: 'cluster-pool', ipv4: { cidrs: ['10.30.0.0/16'], maskSize: 25 } };
    const data = { 'agent.json': JSON.stringify(agent), 'operator.json': JSON.stringify(operator) };
    await cluster.configMap('net', 'churnlab', data);
    const found = await survey(cluster.client);
    expect(found.own?.namespace).toBe('net');
    expect(labSpecOf(found, wanted)).toMatchObject({
      ...{ network: 'churnlab', routing: 'vxlan', services: 'ebpf' },
      ipam: {
        mode: 'cluster-pool',
        pools: [{ name: 'default', cidrs: ['10.30.0.0/16'], nodeMask: 25 }],
        cooldown: 1.5e9,
      },
    });
  });
});

test('pods that do nothing are of the pause image that all nodes have', () => {
  const node = (...names: string[]) =>
    ({ status: { images: [{ names }, { names: null }] } }) as unknown as Node;
  const kind = ['registry.k8s.io/pause@sha256:ab', 'registry.k8s.io/pause:3.10.1'];
  expect(pauseImage([node(...kind, 'a/b:1'), node(...kind)])).toBe('registry.k8s.io/pause:3.10.1');
  expect(pauseImage([node(...kind), node('registry.example/eks/pause:3.5')])).toBe(
    'registry.k8s.io/pause:3.10',
  );
  expect(pauseImage([])).toBe('registry.k8s.io/pause:3.10');
});

test('a quota of new namespaces stands against more pods than it allows, and pods without resources', () => {
  const quota = (hard: Record<string, string>) => [named('lab', 'q', { spec: { hard } })];
  expect(quotaProblems(quota({ pods: '10' }), 10)).toEqual([]);
  expect(quotaProblems(quota({ pods: '10' }), 11)).toEqual(['q allows 10 pods, expected room for 11']);
  expect(quotaProblems(quota({ 'requests.cpu': '4' }), 1)[0]).toContain('limits requests.cpu');
  expect(quotaProblems(quota({ secrets: '4' }), 1)).toEqual([]);
});
