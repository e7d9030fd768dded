import { describe, expect, test } from 'vitest';
import { Cidr } from '../ip/index.ts';
import type { KubeEvent, Node, NodeNetwork, Pod } from '../kube/index.ts';
import { type IpamObjects, ipamView, type PoolCidr } from './ipam-view.ts';

const pool = (cidr: string, nodeMask: number, name = 'default'): PoolCidr => ({
  pool: name,
  cidr: Cidr.parse(cidr).cidr,
  nodeMask,
});
const node = (name: string, spec: Node['spec'] = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, creationTimestamp: '2026-11-21T06:14:26Z' },
  spec,
});
const network = (
  name: string,
  podCIDRs: readonly string[],
  status: NodeNetwork['status'] = {},
): NodeNetwork => ({
  apiVersion: 'churnlab.dev/v1alpha1',
  kind: 'NodeNetwork',
  metadata: { name },
  spec: { podCIDRs },
  status,
});
const fill = (cidr: string, used: number, cooling = 0): NodeNetwork['status'] => ({
  ipam: { families: [], cidrs: [{ cidr, pool: '', capacity: 14, used, cooling }] },
});
const view = (objects: Partial<IpamObjects>) =>
  ipamView({
    mode: 'cluster-pool',
    pools: [pool('10.20.0.0/24', 28)],
    nodes: [],
    networks: [],
    events: [],
    ...objects,
  });

describe('pools', () => {
  test('have pieces, and addresses with what nodes reserve and use of them', () => {
    const { pools } = view({
      nodes: [node('n1'), node('n2')],
      networks: [
        network('n1', ['10.20.0.0/28'], fill('10.20.0.0/28', 14)),
        network('n2', ['10.20.0.64/28'], fill('10.20.0.64/28', 3, 2)),
      ],
    });
    expect(pools).toEqual([
      {
        pool: 'default',
        family: 'ipv4',
        cidr: '10.20.0.0/24',
        nodeMask: 28,
        pieces: { total: 16, used: 2, largestFreeRun: 8 },
        addresses: { capacity: 224, reserved: 28, used: 17, cooling: 2 },
      },
    ]);
  });

  test('count the pieces below a larger CIDR, and the one round a smaller', () => {
    const { pools } = view({
      nodes: [node('n1', { podCIDRs: ['10.20.0.128/26'] }), node('n2', { podCIDR: '10.20.0.8/30' })],
    });
    expect(pools[0]!.pieces).toEqual({ total: 16, used: 5, largestFreeRun: 4 });
  });

  test('are told apart by CIDR, also where one has several, and a CIDR of no pool has none', () => {
    const { nodes, pools } = view({
      pools: [pool('10.1.0.0/24', 28, 'a'), pool('10.2.0.0/24', 28, 'a'), pool('fd00:20::/104', 112, 'b')],
      nodes: [node('n1')],
      networks: [network('n1', ['10.2.0.16/28', 'fd00:20::/112', '10.9.0.0/28'])],
    });
    expect(nodes[0]!.cidrs.map((each) => each.pool)).toEqual(['a', 'b', '']);
    expect(pools.map(({ pieces }) => pieces.used)).toEqual([0, 1, 1]);
  });
});

describe('fill', () => {
  test('is counted from pods where no agent tells it', () => {
    const pod = (nodeName: string, ip: string): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { nodeName, containers: [] },
      status: { podIPs: [{ ip }] },
    });
    const { nodes } = view({
      nodes: [node('n1')],
      networks: [network('n1', ['10.20.0.0/28', '10.20.0.16/28'])],
      pods: [pod('n1', '10.20.0.2'), pod('n1', '10.20.0.17'), pod('n1', '10.20.0.18')],
    });
    expect(nodes[0]!.cidrs.map(({ used, capacity }) => `${used}/${capacity}`)).toEqual(['1/14', '2/14']);
  });
});

describe('nodes that wait', () => {
  test('say so through their NodeNetwork, longest first', () => {
    const refused = (since: string) =>
      ({ operator: { error: 'no CIDR left', reason: 'NodeCIDRFull', since } }) as const;
    const { waiting } = view({
      nodes: [node('n10'), node('n9'), node('n1')],
      networks: [
        network('n10', [], refused('2026-11-21T06:15:01.500Z')),
        network('n9', [], refused('2026-11-21T06:15:01.250Z')),
        network('n1', ['10.20.0.0/28']),
      ],
    });
    expect(waiting).toEqual([
      { node: 'n9', since: '2026-11-21T06:15:01.250Z', reason: 'no CIDR left' },
      { node: 'n10', since: '2026-11-21T06:15:01.500Z', reason: 'no CIDR left' },
    ]);
  });

  test('wait for each pool of which they have less than they asked for', () => {
    const asking: NodeNetwork = {
      ...network('n1', ['10.1.0.0/28']),
      spec: {
        podCIDRs: ['10.1.0.0/28'],
        pools: {
          requested: [
            { pool: 'a', needed: { ipv4: 8 } },
            { pool: 'b', needed: { ipv4: 20 } },
          ],
          allocated: [{ pool: 'a', cidrs: ['10.1.0.0/28'] }],
        },
      },
      status: {
        operator: { error: 'pool b is full', reason: 'PoolFull', since: '2026-11-21T06:15:01.250Z' },
      },
    };
    const { waiting } = view({
      mode: 'multi-pool',
      pools: [pool('10.1.0.0/24', 28, 'a'), pool('10.2.0.0/28', 28, 'b')],
      nodes: [node('n1')],
      networks: [asking],
    });
    expect(waiting).toEqual([
      { node: 'n1', since: '2026-11-21T06:15:01.250Z', reason: 'pool b is full', pool: 'b' },
    ]);
  });

  test('are those without podCIDRs where Kubernetes writes them into Nodes; an Event says why', () => {
    const event: KubeEvent = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {},
      involvedObject: { kind: 'Node', name: 'n2' },
      reason: 'CIDRNotAvailable',
      message: 'Node n2 status is now: CIDRNotAvailable',
    };
    const { waiting } = view({
      mode: 'kcm',
      nodes: [node('n3'), node('n2'), node('n1', { podCIDRs: ['10.20.0.0/28'] })],
      events: [event],
    });
    expect(waiting).toEqual([
      { node: 'n2', since: '2026-11-21T06:14:26Z', reason: 'Node n2 status is now: CIDRNotAvailable' },
      { node: 'n3', since: '2026-11-21T06:14:26Z', reason: 'has no podCIDR yet' },
    ]);
  });
});
