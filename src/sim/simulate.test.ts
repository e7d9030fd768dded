import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type RunDocument, type RunEvent, readEvents } from '../measure/index.ts';
import { ScenarioDocument } from '../scenario/index.ts';
import { simulate } from './simulate.ts';

let results: string;
beforeEach(async () => {
  results = await mkdtemp(path.join(os.tmpdir(), 'churnlab-sim-'));
});
afterEach(() => rm(results, { recursive: true }));

interface Fields {
  readonly lab: object;
  readonly phases: readonly object[];
  readonly level?: string;
  readonly changes?: readonly object[];
}

async function run({
  lab,
  phases,
  level = 'pod',
  changes = [],
}: Fields): Promise<{ document: RunDocument; events: RunEvent[] }> {
  const spec = {
    substrate: 'sim',
    level,
    lab,
    changes,
    phases: [...phases, { name: 'drain' }],
    gates: [{ invariants: 'all' }],
  };
  const text = JSON.stringify({
    ...{ apiVersion: 'churnlab.dev/v1alpha1', kind: 'Scenario', metadata: { name: 'test' }, spec },
  });
  const source = ScenarioDocument.parse(text, 'test', () => '');
  const { signal } = new AbortController();
  const options = { source, scenario: source.prepare('sim'), results, onEvent: () => {}, signal };
  const { folder, document } = await simulate(options);
  await folder.finish(document);
  const events: RunEvent[] = [];
  for await (const event of readEvents(folder.path)) events.push(event);
  expect(document.invariants.filter(({ violations }) => violations > 0)).toEqual([]);
  return { document, events };
}

const pools = (cidr: string, nodeMask: number) => [{ cidrs: [cidr], nodeMask }];
const constant = (rate: string) => ({ process: 'constant', rate });
const fixed = (mean: string) => ({ distribution: 'fixed', mean });

describe('pods', () => {
  it('should have their addresses at once, and give them back', async () => {
    const { document, events } = await run({
      lab: { nodes: 3, ipam: { pools: pools('10.0.0.0/16', 24) } },
      phases: [{ name: 'churn', pods: 300, arrivals: constant('100/s'), lifetime: fixed('1s') }],
    });
    expect(document.load).toMatchObject({ planned: 300, started: 300, completed: 300, failed: 0 });
    expect(document.exhaustion).toBeUndefined();
    const sandbox = document.summaries.find(({ key }) => key === 'pod.sandbox');
    expect(sandbox).toMatchObject({ count: 300, ok: 300, max: { value: 0 } });
    const fills = events.flatMap((event) => (event.kind === 'ipam' ? event.view.pools[0]! : []));
    expect(fills[2]).toMatchObject({ capacity: 256 * 254, reserved: 3 * 254, used: 100 });
    expect(fills.at(-1)).toMatchObject({ used: 0 });
  });

  it('should be refused on a full node, wait for the runtime to try again, and give up at their deadline', async () => {
    const { document } = await run({
      lab: { nodes: 1, ipam: { pools: pools('10.0.0.0/28', 28), cooldown: '0s', allowExhaustion: true } },
      phases: [
        { name: 'fill', pods: 14, arrivals: constant('100/s') },
        {
          name: 'more',
          pods: 4,
          arrivals: constant('100/s'),
          deadline: '5s',
          release: { after: '1s', share: '20%', order: 'oldest' },
        },
      ],
    });
    const { firstRefusal, starved, releases, refusals } = document.exhaustion!;
    expect(firstRefusal).toMatchObject({ name: 'more-000001', node: 'n1', class: 'pool-full', alive: 14 });
    expect(starved).toMatchObject({ served: 3, never: 1, longestNs: 5e9 });
    expect(releases).toMatchObject([{ phase: 'more', released: 3, reused: 3 }]);
    expect(refusals.map(({ class: name, subjects }) => [name, subjects])).toEqual([['pool-full', 4]]);
    expect(document.load).toMatchObject({ completed: 17, failed: 1 });
  });

  it('should be served in order by the agent that lets them wait', async () => {
    const { document } = await run({
      lab: {
        nodes: 1,
        ipam: { pools: pools('10.0.0.0/29', 29), cooldown: '2s', wait: '10s', allowExhaustion: true },
      },
      phases: [
        { name: 'fill', pods: 6, arrivals: constant('1000/s'), lifetime: fixed('1s') },
        { name: 'wait', pods: 6, arrivals: constant('1000/s'), lifetime: fixed('1s') },
      ],
    });
    // Released after 1 s, cooled down after 3 s; each waits for that of the pod before it.
    expect(document.exhaustion!.starved).toMatchObject({ served: 6, never: 0 });
    const sandbox = document.summaries.find(({ key }) => key === 'pod.sandbox')!;
    expect(sandbox.max.value / 1e9).toBeCloseTo(3, 1);
  });

  it('should be tried once at level cni', async () => {
    const { document } = await run({
      level: 'cni',
      lab: { nodes: 1, ipam: { pools: pools('10.0.0.0/29', 29), allowExhaustion: true } },
      phases: [{ name: 'fill', pods: 8, arrivals: constant('100/s') }],
    });
    expect(document.exhaustion!.retries).toEqual({ p50: 1, p99: 1, max: 1 });
    expect(document.load).toMatchObject({ completed: 6, failed: 2 });
  });
});

describe('nodes', () => {
  const join = (more: object = {}) => [
    { name: 'join', nodes: 5, arrivals: constant('10/s'), deadline: '60s' },
    {
      name: 'rejoin',
      nodes: 1,
      arrivals: constant('10/s'),
      deadline: '60s',
      release: { after: '1s', share: '25%', order: 'oldest' },
      ...more,
    },
  ];
  const lab = (mode: string, more: object = {}) => ({
    nodes: 2,
    ipam: { mode, pools: pools('10.0.0.0/21', 24), allowExhaustion: true, ...more },
  });

  test.each([
    ['cluster-pool', {}],
    ['range', {}],
    ['range', { queue: 'fixed' }],
    ['multi-range', {}],
    ['cloud', { provider: { latency: '10ms', rate: '5/s', burst: 1 } }],
  ] as const)('should have their CIDRs in mode %s %o', async (mode, more) => {
    const { document, events } = await run({ lab: lab(mode, more), phases: join().slice(0, 1) });
    expect(document.load).toMatchObject({ started: 5, completed: 5 });
    const last = events.findLast((event) => event.kind === 'ipam');
    expect(last?.kind === 'ipam' && last.view.pools[0]).toMatchObject({ nodeCidrs: { total: 8, used: 2 } });
  });

  it('should be served at once when another leaves, in the order in which they came', async () => {
    const phases = [
      { name: 'join', nodes: 6, arrivals: constant('10/s') },
      {
        name: 'late',
        nodes: 2,
        arrivals: constant('10/s'),
        deadline: '9s',
        release: { after: '3s', share: '20%', order: 'oldest' },
      },
    ];
    const { document } = await run({ lab: lab('cluster-pool'), phases });
    const { firstRefusal, starved, releases } = document.exhaustion!;
    expect(firstRefusal).toMatchObject({ subject: 'node', name: 'late-000001', class: 'node-cidr-full' });
    expect(starved).toMatchObject({ served: 1, never: 1 });
    expect(releases).toMatchObject([{ released: 1, reused: 1, firstReuseNs: 0 }]);
  });

  it('should come back by their own backoff in mode range: nobody is woken', async () => {
    const phases = [
      { name: 'join', nodes: 6, arrivals: constant('10/s') },
      {
        name: 'late',
        nodes: 1,
        arrivals: constant('10/s'),
        deadline: '60s',
        release: { after: '3s', share: '20%' },
      },
    ];
    const { document } = await run({ lab: lab('range'), phases });
    // Tries at 5, 15, 35, ... ms: the first after 3 s is that at 5.115 s.
    expect(document.exhaustion!.releases[0]!.firstReuseNs! / 1e9).toBeCloseTo(2.115, 3);
  });

  it('should say when the rules of the allocator forbid the size', async () => {
    const { document } = await run({
      lab: { nodes: 1, ipFamily: 'ipv6', ipam: { mode: 'range', pools: pools('fd00::/40', 64) } },
      phases: [{ name: 'join', nodes: 2, arrivals: constant('10/s') }],
    });
    expect(document.warnings).toEqual([
      'range refuses these pools: New CIDR set failed; the node CIDR size is too big',
    ]);
    expect(document.load).toMatchObject({ started: 0, completed: 0 });
  });
});

describe('several pools', () => {
  const lab = {
    nodes: 4,
    ipam: {
      mode: 'multi-pool',
      cooldown: '1s',
      allowExhaustion: true,
      pools: [
        { name: 'default', cidrs: ['10.0.0.0/24'], nodeMask: 28 },
        { name: 'small', cidrs: ['10.1.0.0/27'], nodeMask: 28 },
        { name: 'large', cidrs: ['10.2.0.0/22'], nodeMask: 28 },
      ],
    },
  };

  it('should come to nodes as pods need them; those of an empty one wait until it grows', async () => {
    const { document, events } = await run({
      lab,
      changes: [{ at: '10s', growPool: 'small', cidrs: ['10.1.1.0/24'] }],
      phases: [
        {
          name: 'fill',
          pods: 80,
          arrivals: constant('40/s'),
          pools: { small: 50, large: 50 },
          deadline: '30s',
        },
      ],
    });
    const { pools: fills, starved, firstRefusal } = document.exhaustion!;
    expect(firstRefusal).toMatchObject({ class: 'pool-not-on-node', pool: 'small' });
    expect(starved.never).toBe(0);
    expect(starved.longestNs).toBeGreaterThan(7e9);
    const found = Object.fromEntries(fills.map(({ pool, ...rest }) => [pool, rest]));
    expect(found.large).toMatchObject({ fairness: 1, waitP99Ns: 0 });
    expect(found.small!.asked).toBe(found.small!.served);
    expect(events.filter(({ kind }) => kind === 'change')).toHaveLength(1);
  });

  it('should go back when nobody needs them, to nodes that wait', async () => {
    const { document, events } = await run({
      lab,
      phases: [
        {
          name: 'one',
          pods: 20,
          arrivals: constant('100/s'),
          on: ['n1', 'n2'],
          pools: { small: 1 },
          lifetime: fixed('4s'),
        },
        {
          name: 'two',
          pods: 4,
          arrivals: constant('100/s'),
          on: ['n3'],
          pools: { small: 1 },
          deadline: '30s',
        },
      ],
    });
    const { starved } = document.exhaustion!;
    expect(starved.never).toBe(0);
    // Given back 4 s after they began, 1 s of cooldown and 2 s of being of no use later.
    expect(starved.longestNs).toBeGreaterThan(6.5e9);
    expect(starved.longestNs).toBeLessThan(12e9);
    const last = events.findLast((event) => event.kind === 'ipam');
    const small = last?.kind === 'ipam' ? last.view.pools.find(({ pool }) => pool === 'small') : undefined;
    expect(small).toMatchObject({ used: 0 });
  });
});

it('should give the same run for the same seed', async () => {
  const fields = {
    lab: { nodes: 5, ipam: { pools: pools('10.0.0.0/24', 28), cooldown: '1s', allowExhaustion: true } },
    phases: [
      {
        name: 'churn',
        pods: 2000,
        arrivals: { process: 'poisson', rate: '100/s' },
        lifetime: fixed('700ms'),
      },
    ],
  };
  const [one, other] = [await run(fields), await run(fields)];
  expect(one.document.exhaustion).toEqual(other.document.exhaustion);
  expect(one.document.exhaustion!.starved.served).toBeGreaterThan(0);
});
