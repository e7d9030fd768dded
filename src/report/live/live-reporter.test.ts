import { describe, expect, it } from 'vitest';
import type { Progress, RunEvent } from '../../measure/index.ts';
import { liveReporter } from './live-reporter.ts';

const progress: Progress = {
  started: 3720,
  planned: 6000,
  alive: 1782,
  ratePerSecond: 301,
  late: 3,
  dropped: 0,
  failed: { 'agent-down': 500, timeout: 129 },
  remainingNs: 7.6e9,
  quantiles: { 'pod.sandbox': { p50: 4.1e6, p99: 9.3e6 }, 'cni.add': { p50: 1.5e6, p99: 3.8e6 } },
};
const events: RunEvent[] = [
  { kind: 'run.started', at: 0, utc: '2026-11-21T06:14:26Z', scenario: 'pod-churn', planned: 6000 },
  { kind: 'phase.started', at: 0, phase: 'churn', planned: 6000, deadlineNs: 10e9 },
  { kind: 'progress', at: 1e9, progress },
  { kind: 'progress', at: 2e9, progress },
  { kind: 'fault', at: 2.5e9, text: 'kill agent', node: 'n2' },
  { kind: 'progress', at: 3e9, progress: { ...progress, failed: {} } },
  { kind: 'run.ended', at: 4e9 },
];

const ipam = (used: number, waitingNodes: number, waitingPods: number, at = 0): RunEvent => ({
  kind: 'ipam',
  at,
  view: {
    pools: [
      {
        ...{ pool: 'small', family: 'ipv4', capacity: 224, reserved: 100, used, cooling: 1 },
        nodeCidrs: { total: 16, used: 8 },
      },
    ],
    waitingNodes,
    waitingPods,
  },
});

function show(terminal: { isTTY?: boolean; columns?: number }, shown = events): string[] {
  const written: string[] = [];
  {
    using reporter = liveReporter({ ...terminal, write: (text) => written.push(text) }, { NO_COLOR: '1' });
    for (const event of shown) reporter.onEvent(event);
  }
  return written;
}

/** What a terminal shows in the end: CPL moves up, ED erases from there. */
function screenOf(written: readonly string[]): string[] {
  let lines: string[] = [];
  for (const text of written) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is read here
    const match = /^\x1b\[(\d+)F\x1b\[J/.exec(text);
    if (match) lines = lines.slice(0, lines.length - Number(match[1]));
    lines.push(
      ...text
        .slice(match?.[0].length ?? 0)
        .split('\n')
        .slice(0, -1),
    );
  }
  return lines;
}

describe('without a terminal', () => {
  it('writes a line every two seconds and what happens in between', () => {
    expect(show({}).join('')).toBe(
      [
        'pod-churn: 6,000 planned',
        '0 ns  phase churn',
        '1.00 s  3,720/6,000 started · 301/s · 1,782 alive · 3 late · pod.sandbox p50 4.10 ms p99 9.30 ms · cni.add p50 1.50 ms p99 3.80 ms · failed: 500 agent-down, 129 timeout · 7.60 s left',
        '2.50 s  fault: kill agent on n2',
        '3.00 s  3,720/6,000 started · 301/s · 1,782 alive · 3 late · pod.sandbox p50 4.10 ms p99 9.30 ms · cni.add p50 1.50 ms p99 3.80 ms · 0 failed · 7.60 s left',
        '',
      ].join('\n'),
    );
  });
});

describe('pools', () => {
  const line = (...before: RunEvent[]) =>
    show({}, [...before, { kind: 'progress', at: 1e9, progress }]).join('');

  it('are told of when they are nearly full or somebody waits', () => {
    expect(line(ipam(78, 0, 0))).not.toMatch(/full|wait/);
    expect(line(ipam(79, 0, 0))).toContain(' · small 80 % full · failed:');
    expect(line(ipam(99, 2, 1))).toContain(' · small 100 % full · 2 nodes and 1 pod wait · failed:');
    expect(line(ipam(0, 1, 0))).toContain(' · 1 node waits · failed:');
  });

  it('have a line of their own on a terminal', () => {
    const written = show({ isTTY: true, columns: 120 }, [
      ipam(99, 0, 14),
      { kind: 'progress', at: 1e9, progress },
    ]);
    expect(screenOf(written.slice(0, 1)).at(-2)).toMatch(/^fullest pool +100 % +█ {2}small · 14 pods wait$/);
  });

  it('are changed, and given back to, in sight', () => {
    const text = show({}, [
      { kind: 'change', at: 2e9, text: 'growPool small 10.31.0.0/24' },
      { kind: 'release', at: 3e9, subject: 'pod', count: 25 },
    ]).join('');
    expect(text).toBe('0 ns  change: growPool small 10.31.0.0/24\n1.00 s  release: 25 pods\n');
  });
});

describe('on a terminal', () => {
  it('draws one block over and over and takes it away at the end', () => {
    const written = show({ isTTY: true, columns: 120 });
    expect(screenOf(written)).toEqual([
      'pod-churn: 6,000 planned',
      '0 ns  phase churn',
      '2.50 s  fault: kill agent on n2',
    ]);
    expect(screenOf(written.slice(0, 4)).slice(2)).toMatchObject({ length: 6 });
  });

  it('has colours unless NO_COLOR is set, and is a log where the terminal can do nothing', () => {
    const written: string[] = [];
    const output = { isTTY: true, write: (text: string) => written.push(text) };
    const first = (env: NodeJS.ProcessEnv): string => {
      written.length = 0;
      using reporter = liveReporter(output, env);
      for (const event of events) reporter.onEvent(event);
      return written[2]!;
    };
    expect(first({})).toContain('\x1b[36m');
    expect(first({ NO_COLOR: '1' })).not.toContain('\x1b[36m');
    expect(first({ TERM: 'dumb' })).not.toContain('\x1b');
  });
});
