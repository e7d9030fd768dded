import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestLab } from '../substrate/testing/test-lab.ts';

/** Six addresses on a node, kept as the host-local plugin does, and ADDs that wait for one. */
let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 1,
    ipam: { pools: [{ cidrs: ['10.20.0.0/29'], nodeMask: 29 }], store: 'host-local', wait: '20s' },
  });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Addresses that have a file, in the order of their text. */
function files(): string[] {
  const folder = path.join(lab.root('n1'), 'var/lib/cni/networks/churnlab');
  return fs
    .readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .sort();
}

test('every address has a file as host-local makes it, also after the agent was killed', async () => {
  const ips = [await lab.addPod('n1', 'p1'), await lab.addPod('n1', 'p2')].flat();
  expect(ips).toEqual(['10.20.0.1', '10.20.0.2']);
  expect(files()).toEqual(ips);
  await lab.lab.kill('agent', 'n1', 0);
  await expect.poll(() => lab.plugin('n1', 'STATUS', '')).toEqual({ exitCode: 0 });
  expect(await lab.addPod('n1', 'p3')).toEqual(['10.20.0.3']);
  expect(lab.reaches('n1', 'p1', '10.20.0.3')).toBe(true);
  expect(files()).toEqual([...ips, '10.20.0.3']);
});

test('ADDs wait on a full node for what is released', async () => {
  const added = await Promise.all(['s4', 's5', 's6'].map((name) => lab.lab.addSandbox('n1', name)));
  expect(added.map(({ ok }) => ok)).toEqual([true, true, true]);
  const waiting = ['w1', 'w2'].map((name) => lab.lab.addSandbox('n1', name));
  const { ips } = await lab.lab.removeSandbox('n1', 's5');
  expect(await Promise.race(waiting)).toMatchObject({ ok: true, ips });
  await lab.lab.removeSandbox('n1', 's4');
  expect((await Promise.all(waiting)).map(({ ok }) => ok)).toEqual([true, true]);
  expect(files()).toHaveLength(6);
});
