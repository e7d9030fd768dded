import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureToolFolder } from '../../../lab/tools/index.ts';
import { TestLab } from '../testing/test-lab.ts';

const PLUGINS = {
  bridge: ['bridge', 'host-local', 'portmap', 'loopback'],
  ptp: ['ptp', 'host-local', 'portmap', 'loopback'],
} as const satisfies Record<string, [string, ...string[]]>;

/** Made with the first pod and kept: the bridge and portmap's chains are the node's, not the pod's. */
const KEPT = new Set(['routes', 'chains', 'rules']);

describe.each(['bridge', 'ptp'] as const)('network %s', (network) => {
  let lab: TestLab;

  beforeAll(async () => {
    const [...names] = PLUGINS[network];
    const folder = await ensureToolFolder(names as [string, ...string[]]);
    lab = await TestLab.up(
      { nodes: 2, network, ipam: { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }] } },
      { plugins: [folder] },
    );
  });
  afterAll(() => lab?.[Symbol.asyncDispose]());

  test('pods reach each other on and across nodes, and nothing of them is left', async () => {
    const before = await lab.lab.inventory();
    const add = async (node: string, id: string): Promise<string> => {
      const outcome = await lab.lab.addSandbox(node, id);
      expect(outcome).toMatchObject({ ok: true });
      return outcome.ips[0]!;
    };
    await add('n1', 'a');
    const [near, far] = [await add('n1', 'b'), await add('n2', 'c')];
    for (const ip of [near, far]) expect([ip, lab.reaches('n1', 'a', ip)]).toEqual([ip, true]);
    expect(lab.reaches('n2', 'c', near)).toBe(true);
    // The namespace outside knows no pod: it is reached with the node's address.
    expect(lab.reaches('n1', 'a', '203.0.113.1')).toBe(true);
    const { 'host-local-files': files } = await lab.lab.inventory();
    expect(files).toEqual(expect.arrayContaining([expect.stringContaining(near)]));
    for (const [node, id] of [
      ['n1', 'a'],
      ['n1', 'b'],
      ['n2', 'c'],
    ] as const)
      expect(await lab.lab.removeSandbox(node, id)).toMatchObject({ ok: true });
    const of = (inventory: typeof before) =>
      Object.fromEntries(Object.entries(inventory).filter(([kind]) => !KEPT.has(kind)));
    await expect.poll(async () => of(await lab.lab.inventory()), { timeout: 10_000 }).toEqual(of(before));
    // What is kept does not grow with a second round.
    const kept = await lab.lab.inventory();
    await add('n1', 'again');
    await lab.lab.removeSandbox('n1', 'again');
    await expect.poll(() => lab.lab.inventory(), { timeout: 10_000 }).toEqual(kept);
  });
});
