import { expect, test } from 'vitest';
import { labSpec } from '../../scenario/index.ts';
import { chartValues } from './chart-values.ts';

test('values of our chart say what the lab says', () => {
  const spec = labSpec({ nodes: 1, services: 'nftables', routing: 'vxlan', ipam: { cooldown: '1500ms' } });
  const values = chartValues({ spec, image: 'churnlab.dev/churnlab:abc', apiServer: '172.29.0.2' });
  expect(values).toMatchObject({
    image: { repository: 'churnlab.dev/churnlab', tag: 'abc', pullPolicy: 'Never' },
    network: { mode: 'vxlan' },
    // kube-proxy implements them.
    services: 'none',
    ipam: { mode: 'cluster-pool', cooldown: '1500ms', wait: '0ms' },
    apiServer: { host: '172.29.0.2', port: 6443 },
    operator: { replicas: 1 },
  });
});
