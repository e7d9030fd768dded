import { expect, test } from 'vitest';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  NODES,
  PODS,
  type Pod,
  SERVICES,
  type Service,
} from '../../src/kube/index.ts';
import { eventually, IsolatedApi, NODE_IP } from './isolated-api.ts';

/** How to print all rules of a mode, and what those have that lead to an address. */
const RULES = {
  iptables: { list: ['iptables-save', '-t', 'nat'], leadTo: (ip: string) => `--to-destination ${ip}:` },
  // Not the address alone: names of chains have it too, and kube-proxy empties a chain that it needs no more but
  // deletes it with its next sync, which may be an hour away (pkg/proxy/nftables/proxier.go: staleChains).
  nftables: { list: ['nft', 'list', 'table', 'ip', 'kube-proxy'], leadTo: (ip: string) => `dnat to ${ip}:` },
} as const;

test.each(Object.keys(RULES) as (keyof typeof RULES)[])(
  'the real kube-proxy programs a service by %s',
  async (mode) => {
    await using api = await IsolatedApi.start();
    const { client } = api;
    const addresses = [{ type: 'InternalIP', address: NODE_IP }];
    const conditions = [{ type: 'Ready', status: 'True' }];
    await client.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    const status = { status: { addresses, conditions } };
    await client.patch(NODES, 'n1', undefined, { type: 'merge', body: status, subresource: 'status' });
    await client.create<Service>(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'pause' }] },
    });
    const podIP = '10.20.0.7';
    const running = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions };
    await client.patch(PODS, 'web-1', 'default', {
      type: 'merge',
      body: { status: running },
      subresource: 'status',
    });

    const proxy = await api.spawn('kube-proxy', [
      `--kubeconfig=${api.kubeconfig}`,
      '--hostname-override=n1',
      `--proxy-mode=${mode}`,
      '--cluster-cidr=10.20.0.0/16',
      // The machine's connection tracking is not this test's to tune.
      '--conntrack-max-per-core=0',
      '--conntrack-min=0',
      '--conntrack-tcp-timeout-established=0s',
      '--conntrack-tcp-timeout-close-wait=0s',
    ]);
    const { spec } = await client.get<Service>(SERVICES, 'web', 'default');
    const rules = () => {
      const [file, ...args] = RULES[mode].list;
      try {
        return api.run(file, ...args);
      } catch {
        // Before the first sync nft knows no such table.
        return '';
      }
    };
    const leads = (text: string) => text.includes(RULES[mode].leadTo(podIP));
    const found = await eventually(proxy, rules, leads);
    expect(found).toContain(spec.clusterIP);

    await client.delete(PODS, 'web-1', 'default', { gracePeriodSeconds: 0 });
    await eventually(proxy, rules, (text) => !leads(text));
    const { items } = await client.list<EndpointSlice>(ENDPOINT_SLICES, { namespace: 'default' });
    expect(items.flatMap(({ endpoints }) => endpoints ?? [])).toEqual([]);
  },
);
