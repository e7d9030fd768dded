import { expect, it } from 'vitest';
import { smallResult } from '../../testing/small-result.ts';
import type { Burst } from '../bursts.ts';
import type { KindResult } from '../kind-suite.ts';
import { kindFigures } from './figures.ts';
import { kindJson, kindMarkdown, kindText } from './render.ts';

const s = 1e9;
const bursts = (seconds: number): Burst[] =>
  Array.from({ length: 6 }, (_, i) => {
    const allNs = seconds * s * (1 + i / 100);
    return { allNs, readyNs: [allNs / 2, allNs] };
  });
const exact = (value: number) => ({ value, atLeast: false });
const wait = (metric: string, seconds: number) => ({
  ...{ metric, count: 200, mean: exact(seconds * s), p50: exact(seconds * s), p99: exact(2 * seconds * s) },
});

const result: KindResult = {
  startedAt: smallResult.startedAt,
  endedAt: smallResult.endedAt,
  fingerprint: smallResult.fingerprint,
  network: 'churnlab',
  nodes: 3,
  ups: [45, 50, 70].map((seconds) => ({
    totalNs: seconds * s,
    steps: [
      { name: 'creating the cluster', ns: (seconds - 5) * s },
      { name: 'waiting', ns: 5 * s },
    ],
  })),
  bursts: {
    node: 'n3',
    pods: 50,
    pod: bursts(10.5),
    host: bursts(10),
    weights: [
      [
        { name: 'agent', count: 1, rssBytes: 118e6 },
        { name: 'kubelet', count: 1, rssBytes: 90e6 },
      ],
    ],
  },
  waves: {
    ...{ planned: 200, waves: 3, completed: 200, failed: 0, violations: 0, unclear: [] },
    waits: [wait('pod.sandbox', 4), wait('pod.sandbox.network', 0.2), wait('containerd.network', 0.4)],
  },
  restart: {
    connections: 18,
    nodes: [
      {
        ...{
          node: 'n3',
          readyNs: 4 * s,
          podReadyNs: [5 * s],
          phases: { Ready: 4 * s },
          addWaitNs: [2 * s],
          refused: 0,
        },
        ...{ failedSandboxes: 0, requests: 9000, dropped: 0, isCovered: true },
      },
    ],
  },
  left: 0,
};

const met = (changed: Partial<KindResult>) =>
  kindFigures({ ...result, ...changed })
    .filter((figure) => !figure.met)
    .map(({ limit }) => limit);

it('holds each figure against its target', () => {
  expect(met({})).toEqual([]);
  const [first] = result.restart!.nodes;
  const slow = { ...result.restart!, nodes: [{ ...first!, readyNs: 6 * s, dropped: 1, failedSandboxes: 1 }] };
  expect(met({ restart: slow })).toEqual(['restart', 'restart', 'restart']);
  expect(met({ waves: { ...result.waves, failed: 1, violations: 2 } })).toEqual(['waves', 'waves']);
  expect(met({ ups: [{ totalNs: 61 * s, steps: [] }] })).toEqual(['up']);
});

it('calls a ratio met only when the whole interval is below it', () => {
  expect(met({ bursts: { ...result.bursts, pod: bursts(11.2) } })).toEqual(['burst']);
  const two = { pod: result.bursts.pod.slice(0, 2), host: result.bursts.host.slice(0, 2) };
  expect(met({ bursts: { ...result.bursts, ...two } })).toEqual(['burst']);
});

it('leaves out what a network without agents has not', () => {
  const { restart: _, ...rest } = result;
  const reference = { ...rest, network: 'ptp', bursts: { ...result.bursts, weights: [] } } as const;
  expect(kindFigures(reference).map(({ limit }) => limit)).toEqual([
    ...['up', 'burst', 'waves', 'waves', 'waves'],
  ]);
  expect(kindMarkdown(reference)).toContain('npm run bench -- kind --network ptp --markdown');
  expect(kindMarkdown(reference)).not.toContain('Agents that restart');
});

it('shows every part', () => {
  const text = kindText(result, false);
  expect(text).toContain('creating the cluster');
  expect(text).toContain('1.05× (1.05× to 1.05×)');
  expect(text).toMatch(/pod\.sandbox\.network .* 5\.00 %/);
  expect(text).toMatch(/agent +1 +118 MB/);
  expect(text).toMatch(/n3 +4\.00 s +9,000 +0/);
  expect(JSON.parse(kindJson(result)).figures).toHaveLength(kindFigures(result).length);
});
