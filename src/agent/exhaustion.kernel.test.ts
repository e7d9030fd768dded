import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestLab } from '../substrate/testing/test-lab.ts';

/** Six addresses a node, over an overlay. */
let lab: TestLab;

beforeAll(async () => {
  lab = await TestLab.up({
    nodes: 2,
    routing: 'vxlan',
    ipam: { pools: [{ cidrs: ['10.20.0.0/28'], nodeMask: 29 }], cooldown: '2s' },
  });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

test('pods of two nodes reach each other through the overlay', async () => {
  const [near] = await lab.addPod('n1', 'p0');
  const [far] = await lab.addPod('n2', 'q0');
  expect(lab.reaches('n1', 'p0', far!)).toBe(true);
  expect(lab.reaches('n2', 'q0', near!)).toBe(true);
});

test('a full node says so, then that its addresses rest, then gives them out again', async () => {
  for (let i = 1; i < 6; i++) expect(await lab.lab.addSandbox('n1', `p${i}`)).toMatchObject({ ok: true });
  expect(await lab.lab.addSandbox('n1', 'over')).toMatchObject({ ok: false, class: 'pool-full' });
  expect(await lab.plugin('n1', 'STATUS', '')).toEqual({ exitCode: 0 });
  expect(await lab.plugin('n1', 'STATUS', '', { config: { statusOnExhaustion: true } })).toMatchObject({
    code: 51,
  });
  const { ips } = await lab.lab.removeSandbox('n1', 'p3');
  expect(await lab.lab.addSandbox('n1', 'over')).toMatchObject({ ok: false, class: 'cooldown' });
  await expect
    .poll(() => lab.lab.addSandbox('n1', 'over'), { timeout: 10_000, interval: 200 })
    .toMatchObject({ ok: true, ips });
});
