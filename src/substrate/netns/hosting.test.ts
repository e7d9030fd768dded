import { expect, test } from 'vitest';
import { agentProcesses, host, runtimeProcesses } from './hosting.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i + 1}`);

test('a process per node is called after it', () => {
  expect(host('agent', names(2), 5)).toEqual([
    { process: 'agent-n1', nodes: ['n1'] },
    { process: 'agent-n2', nodes: ['n2'] },
  ]);
});

test.each([
  [7, 3],
  [50, 1],
  [1022, 16],
])(
  '%i nodes over %i processes: each node once, neighbours together, sizes at most one apart',
  (nodes, processes) => {
    const hosted = host('agent', names(nodes), processes);
    expect(hosted.flatMap((each) => each.nodes)).toEqual(names(nodes));
    expect(new Set(hosted.map(({ process }) => process)).size).toBe(processes);
    const sizes = hosted.map((each) => each.nodes.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  },
);

test('there is a whole number of processes, and at least one, on any machine', () => {
  for (const cores of [1, 2, 3, 64]) {
    expect(runtimeProcesses(cores)).toBe(Math.max(1, Math.floor(cores / 2)));
    expect(agentProcesses(cores, cores)).toBe(cores);
    expect(agentProcesses(cores + 1, cores)).toBe(Math.max(1, Math.floor(cores / 2)));
  }
});
