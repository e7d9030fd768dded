import { expect, test } from 'vitest';
import { NODES, type Node, PODS, type Pod } from '../../../kube/index.ts';
import type { LabFields } from '../../../scenario/index.ts';
import { TestLab } from '../../testing/test-lab.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** A pod that runs nothing, on one node. */
const pod = (nodeName: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `on-${nodeName}`, namespace: 'default' },
  spec: { nodeName, containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.9' }] },
});

/** Brings a lab up, and a pod on each of its two nodes. Gives the nodes' CIDRs and the pods' addresses, by node. */
async function podsIn(fields: LabFields) {
  await using test = await TestLab.up({ nodes: 2, ...fields }, { name: 'ipam' });
  const { client, nodes } = test.lab;
  for (const node of nodes) await client.create<Pod>(PODS, pod(node));
  const cidrs = (await client.list<Node>(NODES)).items.map(({ spec }) => spec?.podCIDRs?.join(' '));
  const ips: string[] = [];
  for (const node of nodes) {
    const address = async () => (await client.get<Pod>(PODS, `on-${node}`, 'default')).status?.podIP;
    await expect.poll(address).toBeDefined();
    ips.push((await address())!);
  }
  const { processes } = await test.lab.status();
  const { waiting } = await test.lab.ipam();
  return { cidrs, ips, waiting, processes: processes.map(({ name }) => name) };
}

test.each(['rate-limited', 'fixed'] as const)(
  'mode range, queue %s: pods have addresses of the CIDR in their Node',
  async (queue) => {
    const pools = [{ cidrs: ['10.20.0.0/24'], nodeMask: 28 }];
    const { cidrs, ips, waiting } = await podsIn({ ipam: { mode: 'range', queue, pools } });
    expect(cidrs.sort()).toEqual(['10.20.0.0/28', '10.20.0.16/28']);
    expect(ips.sort()).toEqual(['10.20.0.1', '10.20.0.17']);
    expect(waiting).toEqual([]);
  },
);

test('mode multi-range: nodes of a zone have CIDRs of the pool that selects it', async () => {
  const pools = [
    { cidrs: ['10.20.0.0/24'], nodeMask: 28 },
    { name: 'small', cidrs: ['10.30.0.0/24'], nodeMask: 28, nodeSelector: { [ZONE]: 'z2' } },
  ];
  const { cidrs, ips } = await podsIn({ zones: 2, ipam: { mode: 'multi-range', pools } });
  expect(cidrs).toEqual(['10.20.0.0/28', '10.30.0.0/28']);
  expect(ips).toEqual(['10.20.0.1', '10.30.0.1']);
});

test('mode cloud: pods have addresses of the CIDR that the provider named', async () => {
  const pools = [{ cidrs: ['10.20.0.0/24'], nodeMask: 28 }];
  const provider = { latency: '5ms', rate: '100/s', burst: 5, quota: 2 };
  const { cidrs, ips, processes } = await podsIn({ ipam: { mode: 'cloud', pools, provider } });
  expect(cidrs.sort()).toEqual(['10.20.0.0/28', '10.20.0.16/28']);
  expect(ips.sort()).toEqual(['10.20.0.1', '10.20.0.17']);
  expect(processes).toContain('provider');
});

test('the status of a node that finds no CIDR says why', async () => {
  const pools = [{ cidrs: ['10.20.0.0/28'], nodeMask: 28 }];
  const fields = { nodes: 2, ipam: { mode: 'range', pools, allowExhaustion: true } } as const;
  await using test = await TestLab.up(fields, { name: 'starved' });
  const errors = async () =>
    (await test.lab.status()).nodes.map(({ error }) => error.replace('n1', 'n2')).sort();
  // The words of the Event that kube-controller-manager writes, too.
  await expect.poll(errors).toEqual(['', 'Node n2 status is now: CIDRNotAvailable']);
});
