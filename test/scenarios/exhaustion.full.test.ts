/** The scenarios about running out with every allocator, the real kube-controller-manager among them. */
import { expect, test } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import { IPAM_MODES, type IpamMode } from '../../src/scenario/index.ts';
import { brokenIn, phaseOf, shortRun } from './short-run.ts';

const modes = IPAM_MODES.filter((mode) => mode !== 'multi-pool');

test.each(modes)('node-cidr-exhaustion with %s: who waits is served when a node leaves', async (mode) => {
  const tools =
    mode === 'kcm' ? { 'kube-controller-manager': await ensureTool('kube-controller-manager') } : {};
  const run = await shortRun('node-cidr-exhaustion', forMode(mode), { tools });
  expect(brokenIn(run)).toEqual([]);
  expect(run.load).toMatchObject({ completed: 4, failed: 1 });
  expect(run.exhaustion).toMatchObject({
    firstRefusal: { phase: 'too-many', subject: 'node', class: 'node-cidr-full', alive: 3 },
    starved: { served: 1, never: 1 },
    releases: [{ released: 1, reused: 1 }],
  });
});

function forMode(mode: IpamMode): Parameters<typeof shortRun>[1] {
  return (spec) => {
    spec.lab.nodes = 1;
    spec.lab.ipam.mode = mode;
    spec.lab.ipam.pools = [{ cidrs: ['10.20.0.0/22'], nodeMask: 24 }];
    if (mode === 'cloud') spec.lab.ipam.provider = { quota: 4 };
    else delete spec.lab.ipam.provider;
    const release = { after: '2s', share: '34%', order: 'oldest' };
    Object.assign(phaseOf(spec, 'join'), { nodes: 3 });
    Object.assign(phaseOf(spec, 'too-many'), { nodes: 2, deadline: '15s', release });
  };
}

test('dual-stack-exhaustion: each family runs out, and nothing is allocated by halves', async () => {
  const run = await shortRun('dual-stack-exhaustion', () => {});
  expect(brokenIn(run)).toEqual([]);
  const pools = Object.fromEntries(run.exhaustion!.pools.map((pool) => [pool.pool, pool]));
  // An address that was kept for a pod without one of the other family could not be used by the next.
  expect(pools).toMatchObject({ four: { peakUsed: 56 }, default: { peakUsed: 60 } });
  expect(run.exhaustion!.refusals.map((refusal) => refusal.class)).toContain('pool-full');
});

test.each([
  ['random', 0, 0.5],
  ['oldest', 0.5, 1],
] as const)(
  'fragmented-recovery, released %s: what one node can use of the free space',
  async (order, least, most) => {
    const run = await shortRun('fragmented-recovery', (spec) => {
      Object.assign(phaseOf(spec, 'fragment'), { release: { after: '0s', share: '50%', order } });
    });
    expect(brokenIn(run)).toEqual([]);
    const [pool] = run.exhaustion!.pools;
    expect(pool!.usableShareOfFree ?? 1).toBeGreaterThanOrEqual(least);
    expect(pool!.usableShareOfFree ?? 1).toBeLessThanOrEqual(most);
  },
);
