import { expect, test } from 'vitest';
import { NODES, type Node } from '../../src/kube/index.ts';
import { eventually, IsolatedApi } from './isolated-api.ts';

test('node-ipam of the real kube-controller-manager gives nodes their CIDRs', async () => {
  await using api = await IsolatedApi.start();
  for (const name of ['n1', 'n2']) {
    await api.client.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
  }
  const manager = await api.spawn('kube-controller-manager', [
    `--kubeconfig=${api.kubeconfig}`,
    '--controllers=node-ipam-controller',
    '--leader-elect=false',
    '--allocate-node-cidrs=true',
    '--cluster-cidr=10.20.0.0/16,fd00:20::/48',
    '--node-cidr-mask-size-ipv4=24',
    '--node-cidr-mask-size-ipv6=64',
    '--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112',
    '--bind-address=127.0.0.1',
    `--cert-dir=${api.folder}`,
  ]);
  const cidrs = async () => {
    const { items } = await api.client.list<Node>(NODES);
    return items.map(({ spec }) => spec?.podCIDRs ?? []);
  };
  const found = await eventually(manager, cidrs, (all) => all.every((one) => one.length === 2));
  expect(found.flat().toSorted()).toEqual([
    '10.20.0.0/24',
    '10.20.1.0/24',
    'fd00:20:0:1::/64',
    'fd00:20::/64',
  ]);
});
