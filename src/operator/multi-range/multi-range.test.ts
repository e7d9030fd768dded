import { describe, expect, it } from 'vitest';
import { CLUSTER_CIDRS, type ClusterCidr, NODES } from '../../kube/index.ts';
import { eventually } from '../testing/eventually.ts';
import { NodeBench } from '../testing/node-bench.ts';
import { FINALIZER } from './cluster-cidrs.ts';

const CONFIG = { mode: 'multi-range' as const };
const ZONE = 'topology.kubernetes.io/zone';

/** A ClusterCIDR of IPv4 /28s, for one zone or for all nodes. */
async function clusterCidr({ client }: NodeBench, name: string, ipv4: string, zone?: string): Promise<void> {
  const matchExpressions = [{ key: ZONE, operator: 'In', values: [zone] }];
  const nodeSelector =
    zone === undefined ? {} : { nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] } };
  await client.create<ClusterCidr>(CLUSTER_CIDRS, {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'ClusterCIDR',
    metadata: { name },
    spec: { perNodeHostBits: 4, ipv4, ...nodeSelector },
  } as ClusterCidr);
}

const finalizers = async ({ client }: NodeBench, name: string) =>
  (await client.get<ClusterCidr>(CLUSTER_CIDRS, name)).metadata.finalizers;

describe('mode multi-range', () => {
  it('should give nodes CIDRs out of the objects that select them, and the others of the one for all', async () => {
    const bench = await NodeBench.start();
    await clusterCidr(bench, 'all', '10.1.0.0/24');
    await clusterCidr(bench, 'z1', '10.2.0.0/24', 'z1');
    const operator = await bench.operator(CONFIG);
    await bench.join('a', [], { [ZONE]: 'z1' });
    await bench.join('b', [], { [ZONE]: 'z2' });
    await eventually(async () => expect(await bench.cidrs('a', 'b')).toEqual(['10.2.0.0/28', '10.1.0.0/28']));
    expect(operator.status()).toEqual({
      mode: 'multi-range',
      pools: [
        { pool: 'all', family: 'ipv4', cidr: '10.1.0.0/24', maskSize: 28, size: 16, used: 1 },
        { pool: 'z1', family: 'ipv4', cidr: '10.2.0.0/24', maskSize: 28, size: 16, used: 1 },
      ],
      waiting: [],
    });
    await eventually(async () => expect(await finalizers(bench, 'z1')).toEqual([FINALIZER]));
    expect(bench.errors).toEqual([]);
  });

  it('should serve a refused node by its own backoff once there is a ClusterCIDR for it', async () => {
    const bench = await NodeBench.start();
    await bench.operator(CONFIG);
    await bench.join('a');
    await eventually(async () => {
      expect((await bench.events()).map(({ reason }) => reason)).toEqual(['CIDRNotAvailable']);
    });
    await clusterCidr(bench, 'late', '10.1.0.0/24');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.1.0.0/28']));
  });

  it('should keep a deleted ClusterCIDR until its nodes have left, and allocate nothing from it', async () => {
    const bench = await NodeBench.start();
    await clusterCidr(bench, 'old', '10.1.0.0/24');
    await bench.operator(CONFIG);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.1.0.0/28']));
    await eventually(async () => expect(await finalizers(bench, 'old')).toEqual([FINALIZER]));
    await bench.client.delete(CLUSTER_CIDRS, 'old');
    await eventually(async () =>
      expect(String(bench.errors[0])).toContain('is deleted when these have left: a'),
    );
    await clusterCidr(bench, 'new', '10.2.0.0/24');
    await bench.join('b');
    await eventually(async () => expect(await bench.cidrs('b')).toEqual(['10.2.0.0/28']));
    expect(await finalizers(bench, 'old')).toEqual([FINALIZER]);
    await bench.client.delete(NODES, 'a');
    await eventually(async () => {
      await expect(finalizers(bench, 'old')).rejects.toMatchObject({ reason: 'NotFound' });
    });
  });

  it('should take over after a restart, also from a deleted ClusterCIDR and beside one that cannot be', async () => {
    const bench = await NodeBench.start();
    await clusterCidr(bench, 'old', '10.1.0.0/24');
    await clusterCidr(bench, 'wrong', '10.9.0.0/30');
    const first = await bench.operator(CONFIG);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.1.0.0/28']));
    await eventually(async () => expect(await finalizers(bench, 'old')).toEqual([FINALIZER]));
    await first[Symbol.asyncDispose]();
    await bench.client.delete(CLUSTER_CIDRS, 'old');
    await clusterCidr(bench, 'new', '10.2.0.0/24');
    await bench.join('b');
    const second = await bench.operator(CONFIG);
    await eventually(async () => expect(await bench.cidrs('b')).toEqual(['10.2.0.0/28']));
    expect(bench.errors.map(String).join()).toContain('ClusterCIDR wrong: Expected perNodeHostBits');
    expect(
      second
        .status()
        .pools.map(({ pool, used }) => `${pool} ${used}`)
        .sort(),
    ).toEqual(['new 1', 'old 1']);
  });

  it('should keep service CIDRs from nodes', async () => {
    const bench = await NodeBench.start();
    await clusterCidr(bench, 'all', '10.1.0.0/24');
    await bench.operator({ ...CONFIG, serviceCidrs: ['10.1.0.0/27'] });
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.1.0.32/28']));
  });
});
