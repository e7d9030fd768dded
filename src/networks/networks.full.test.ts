import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import type { Inventory } from '../measure/index.ts';
import type { LabFields } from '../scenario/index.ts';
import { networkLab } from '../substrate/testing/network-lab.ts';
import type { TestLab } from '../substrate/testing/test-lab.ts';

const POOLS = [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }];

const labOf = (fields: LabFields): Promise<TestLab> =>
  networkLab({ nodes: 2, ipam: { mode: 'range', pools: POOLS }, ...fields });

/** What there is but for the programs with which flanneld looks at its rules every few seconds. */
async function inventoryOf({ lab }: TestLab): Promise<Inventory> {
  const inventory = await lab.inventory();
  return {
    ...inventory,
    processes: inventory.processes?.filter((command) => !/^ip6?tables /.test(command)) ?? [],
  };
}

/** The same once nothing has changed for a second. */
async function quietInventory(lab: TestLab): Promise<Inventory> {
  let last: Inventory = {};
  const isQuiet = async (): Promise<boolean> => {
    const now = await inventoryOf(lab);
    const isSame = isDeepStrictEqual(now, last);
    last = now;
    return isSame;
  };
  await expect.poll(isQuiet, { interval: 1000 }).toBe(true);
  return last;
}

describe.each<LabFields>([
  { network: 'bridge', routing: 'direct' },
  { network: 'ptp', routing: 'direct' },
  { network: 'chain', routing: 'direct' },
  { network: 'macvlan', routing: 'direct' },
  { network: 'flannel', routing: 'direct' },
  { network: 'flannel', routing: 'vxlan' },
])('network $network $routing', (fields) => {
  test('pods reach each other on and across nodes, and nothing of them is left', async () => {
    await using lab = await labOf(fields);
    const add = async (node: string, id: string): Promise<string> => {
      const outcome = await lab.lab.addSandbox(node, id);
      expect(outcome).toMatchObject({ ok: true });
      return outcome.ips[0]!;
    };
    const remove = async (...pods: readonly (readonly [node: string, id: string])[]): Promise<void> => {
      for (const [node, id] of pods)
        expect(await lab.lab.removeSandbox(node, id)).toMatchObject({ ok: true });
    };
    // What is made with the first pod and kept, a bridge or portmap's chains, is the node's, not the pod's; and whoever
    // learns of nodes in the background, as flanneld, has done so when pods on two nodes have reached each other.
    const [here, there] = [await add('n1', 'first'), await add('n2', 'first')];
    await expect.poll(() => lab.reaches('n1', 'first', there)).toBe(true);
    await expect.poll(() => lab.reaches('n2', 'first', here)).toBe(true);
    await remove(['n1', 'first'], ['n2', 'first']);
    const before = await quietInventory(lab);

    await add('n1', 'a');
    const [near, far] = [await add('n1', 'b'), await add('n2', 'c')];
    for (const ip of [near, far]) expect([ip, lab.reaches('n1', 'a', ip)]).toEqual([ip, true]);
    expect(lab.reaches('n2', 'c', near)).toBe(true);
    // The namespace outside knows no pod: it is reached with the node's address. From macvlan no way leads there.
    if (fields.network !== 'macvlan') expect(lab.reaches('n1', 'a', '203.0.113.1')).toBe(true);
    const { 'host-local-files': files } = await lab.lab.inventory();
    expect(files).toEqual(expect.arrayContaining([expect.stringContaining(near)]));
    await remove(['n1', 'a'], ['n1', 'b'], ['n2', 'c']);
    await expect.poll(() => inventoryOf(lab)).toEqual(before);
  });
});

test('a network that nobody knows: a renamed plugin and a configuration, with addresses of the nodes', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-cni-'));
  try {
    const bin = path.join(folder, 'bin');
    fs.mkdirSync(bin);
    for (const [name, as] of [
      ['ptp', 'acme-net'],
      ['host-local', 'host-local'],
    ] as const)
      fs.copyFileSync(await ensureTool(name), path.join(bin, as));
    const ipam = { type: 'host-local', subnet: '10.22.0.0/16', routes: [{ dst: '0.0.0.0/0' }] };
    const file = path.join(folder, 'acme.conflist');
    const plugins = [{ type: 'acme-net', ipMasq: false, mtu: 1400, ipam }];
    fs.writeFileSync(file, JSON.stringify({ cniVersion: '1.0.0', name: 'acme', plugins }));
    const fields = { network: `cni:${file}`, cniBin: bin } as const;
    await using lab = await labOf(fields);
    const [first, second] = await Promise.all([lab.lab.addSandbox('n1', 'a'), lab.lab.addSandbox('n2', 'b')]);
    expect([first, second]).toMatchObject([{ ok: true }, { ok: true }]);
    // Each node has a range of its own: one of the file would have given both pods the same address.
    expect(first.ips).not.toEqual(second.ips);
    expect(lab.reaches('n1', 'a', second.ips[0]!)).toBe(true);
    await lab.lab.removeSandbox('n1', 'a');
    await lab.lab.removeSandbox('n2', 'b');
    await expect.poll(async () => (await lab.lab.inventory())['host-local-files']).toEqual([]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
