import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { NODES, type Node } from '../../src/kube/index.ts';
import { eventually, IsolatedApi, NODE_IP } from './isolated-api.ts';

test('the real flanneld takes its lease from the API and sees that of another node', async () => {
  await using api = await IsolatedApi.start();
  const node = (name: string, podCIDR: string, annotations = {}): Node => ({
    apiVersion: 'v1',
    kind: 'Node',
    // Kubelets annotate their nodes with this; a node without any annotation makes flanneld panic.
    metadata: {
      name,
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...annotations },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
  });
  await api.client.create(NODES, node('n1', '10.20.1.0/24'));
  const config = path.join(api.folder, 'net-conf.json');
  await writeFile(config, JSON.stringify({ Network: '10.20.0.0/16', Backend: { Type: 'host-gw' } }));
  const flanneld = await api.spawn(
    'flanneld',
    [
      '--kube-subnet-mgr',
      `--kubeconfig-file=${api.kubeconfig}`,
      `--net-config-path=${config}`,
      `--subnet-file=${path.join(api.folder, 'subnet.env')}`,
      '--iface=eth0',
      '--iptables-forward-rules=false',
    ],
    { NODE_NAME: 'n1' },
  );
  const annotations = async () => (await api.client.get<Node>(NODES, 'n1')).metadata.annotations ?? {};
  const lease = await eventually(flanneld, annotations, (all) => 'flannel.alpha.coreos.com/public-ip' in all);
  expect(lease).toMatchObject({
    'flannel.alpha.coreos.com/backend-type': 'host-gw',
    'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
    'flannel.alpha.coreos.com/public-ip': NODE_IP,
  });

  await api.client.create(
    NODES,
    node('n2', '10.20.2.0/24', {
      'flannel.alpha.coreos.com/backend-type': 'host-gw',
      'flannel.alpha.coreos.com/backend-data': 'null',
      'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
      'flannel.alpha.coreos.com/public-ip': '172.30.0.12',
    }),
  );
  const routes = () => api.run('ip', 'route', 'show', '10.20.2.0/24');
  expect(await eventually(flanneld, routes, (text) => text !== '')).toContain('via 172.30.0.12 dev eth0');

  const network = async () => {
    const { status } = await api.client.get<Node>(NODES, 'n1');
    return status?.conditions?.find(({ type }) => type === 'NetworkUnavailable');
  };
  expect(await eventually(flanneld, network, (condition) => condition !== undefined)).toMatchObject({
    status: 'False',
    reason: 'FlannelIsUp',
  });
});
