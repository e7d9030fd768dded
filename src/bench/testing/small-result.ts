import type { Blocks, SubjectBlocks } from '../blocks.ts';
import type { SuiteResult } from '../cni-suite.ts';
import type { SubjectName } from '../subject.ts';

const ms = 1e6;
const PER_BLOCK = 20;
const BLOCKS = 16;

/** Blocks round a median, in ms: each sample a little off it, and each block too. */
export function blocksAround(median: number, blocks = BLOCKS): Blocks {
  return Array.from({ length: blocks }, (_, block) =>
    Array.from({ length: PER_BLOCK }, (_, i) => median * ms * (1 + (i - 9.5) / 100 + (block % 4) / 1000)),
  );
}

const subject = (name: SubjectName, add: number, del?: number): SubjectBlocks => ({
  name,
  add: blocksAround(add),
  del: del === undefined ? [[]] : blocksAround(del),
  parts: name === 'churnlab' ? [{ exec: 0.5 * ms, link: 0.3 * ms, other: 0.2 * ms }] : [],
});

/** A result with all its parts: churnlab flat at 1 ms, the reference plugins growing, bridge up to 900 pods. */
export const smallResult: SuiteResult = {
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: '2026-01-02T03:14:05.000Z',
  fingerprint: {
    identity: {
      kernel: '6.18.0',
      arch: 'x64',
      cpu: 'A Processor',
      cores: 2,
      memoryBytes: 24 * 1024 ** 3,
      node: '24.0.0',
      churnlab: '0.1.0',
      commit: '0123456789abcdef',
      dirty: false,
      configuration: 'abc',
    },
    condition: {
      stealShare: 0.001,
      loadBefore: 0.2,
      loadAfter: 2,
      noiseBefore: { rounds: 10, p50: 1e5, p99: 1.2e5, max: 2e5 },
      noiseAfter: { rounds: 10, p50: 1e5, p99: 1.3e5, max: 2e5 },
      loopLag: { p50: 1e5, p99: 1e6, max: 2e6 },
    },
  },
  levels: {
    perBlock: PER_BLOCK,
    levels: [
      {
        live: 10,
        subjects: [
          subject('kernel', 0.5),
          subject('churnlab', 1, 1),
          subject('bridge', 10, 40),
          subject('ptp', 8, 36),
        ],
      },
      {
        live: 900,
        subjects: [
          subject('kernel', 0.5),
          subject('churnlab', 1, 1),
          subject('bridge', 15, 44),
          subject('ptp', 22, 40),
        ],
      },
      { live: 4000, subjects: [subject('kernel', 0.5), subject('churnlab', 1.1, 1), subject('ptp', 80, 60)] },
    ],
    harness: blocksAround(0.08),
    start: blocksAround(0.4),
  },
  throughput: {
    rates: [
      {
        rate: 100,
        planned: 1000,
        completed: 1000,
        failed: 0,
        lagP99: 1 * ms,
        readyP50: exactly(8),
        readyP99: exactly(20),
        violations: 0,
      },
      {
        rate: 300,
        planned: 3000,
        completed: 2900,
        failed: 100,
        lagP99: 9 * ms,
        readyP50: exactly(900),
        readyP99: { value: 5000 * ms, atLeast: true },
        violations: 0,
      },
    ],
    saturation: { nodes: 4, inFlight: 16, completed: 6000, failed: 0, perSecond: 650, violations: 0 },
  },
  memory: {
    pods: 5000,
    nodes: 4,
    machine: { name: 'machine', before: 1e9, after: 3.5e9 },
    kernel: [{ name: 'Slab', before: 1e8, after: 1.6e9 }],
    processes: [{ name: 'agent', before: 1e8, after: 2e8 }],
  },
  up: [
    { nodes: 4, tookNs: [1.4e9, 1.5e9, 1.6e9] },
    { nodes: 50, tookNs: [31e9] },
  ],
};

function exactly(value: number) {
  return { value: value * ms, atLeast: false };
}
