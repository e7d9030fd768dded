import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CONFIG_MAPS, LEASES, type Lease, NAMESPACES, type Namespace } from '../../kube/index.ts';
import { holdLab, isHeld } from './hold.ts';
import { belonging, deleteRoot, makeRoot } from './root.ts';
import { sweep } from './sweep.ts';
import { ForeignCluster } from './testing/foreign-cluster.ts';

let cluster: ForeignCluster;

beforeEach(async () => {
  cluster = await ForeignCluster.start();
  const it = cluster;
  onTestFinished(() => it[Symbol.asyncDispose]());
});

/** A lab's own namespace, and that of a run in it with something in it. */
async function lab(temporary: boolean): Promise<{ root: string; run: string }> {
  const root = await makeRoot(cluster.client, `churnlab-lab-${randomBytes(3).toString('hex')}`, temporary);
  const run = `churnlab-${randomBytes(3).toString('hex')}`;
  await cluster.client.create<Namespace>(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: run, ...belonging(root) },
  });
  await cluster.configMap(run, 'plan', {});
  return { root: root.metadata.name!, run };
}

test('deleting a lab’s own namespace deletes all that belongs to it, whoever does so', async () => {
  const [one, other] = [await lab(false), await lab(false)];
  await cluster.client.delete(NAMESPACES, one.root);
  await expect.poll(() => cluster.namespaces()).toEqual([other.root, other.run].sort());
  expect(await deleteRoot(cluster.client, other.root)).toBe(true);
  expect(await cluster.namespaces()).toEqual([]);
  expect((await cluster.client.list(CONFIG_MAPS, { namespace: one.run })).items).toEqual([]);
  expect(await deleteRoot(cluster.client, other.root)).toBe(false);
});

describe('what a run leaves that was killed', () => {
  const elsewhere = 'somewhere/boot/1/2/aa';

  test('a temporary lab goes once nobody holds it any more', async () => {
    const { root } = await lab(true);
    await cluster.lease(root, elsewhere, 600);
    expect(await sweep(cluster.client)).toEqual([root]);
    expect(await cluster.namespaces()).toEqual([]);
  });

  test('of a lab that was attached by hand only the namespaces of runs go', async () => {
    const { root, run } = await lab(false);
    await cluster.lease(root, elsewhere, 600);
    expect(await sweep(cluster.client)).toEqual([run]);
    expect(await cluster.namespaces()).toEqual([root]);
  });

  test('a lab that another machine renews is left alone, and one that is just being made', async () => {
    const [held, young] = [await lab(true), await lab(true)];
    await cluster.lease(held.root, elsewhere, 10);
    expect(await sweep(cluster.client)).toEqual([]);
    expect(await cluster.namespaces()).toHaveLength(4);
    expect(await isHeld(cluster.client, young.root)).toBe(false);
  });
});

describe('a run', () => {
  test('keeps others out of its lab until it ends', async () => {
    const { root } = await lab(false);
    {
      await using _ = await holdLab(cluster.client, root);
      expect(await isHeld(cluster.client, root)).toBe(true);
      await expect(holdLab(cluster.client, root)).rejects.toMatchObject({ code: 'busy' });
      expect(await sweep(cluster.client)).toEqual([]);
    }
    expect(await isHeld(cluster.client, root)).toBe(false);
  });

  test('of this machine is over when its process is, whatever its Lease says', async () => {
    const { root } = await lab(false);
    {
      await using _ = await holdLab(cluster.client, root);
      const lease = await cluster.client.get<Lease>(LEASES, 'run', root);
      // As a process would have left it that had this one's id before.
      const holderIdentity = lease.spec!.holderIdentity!.replace(/\/\d+\/\w+$/, '/1/aa');
      await cluster.client.replace(LEASES, { ...lease, spec: { ...lease.spec, holderIdentity } });
      expect(await isHeld(cluster.client, root)).toBe(false);
    }
    await using _ = await holdLab(cluster.client, root);
    expect(await isHeld(cluster.client, root)).toBe(true);
  });
});
