import { describe, expect, it } from 'vitest';
import type { IpamSample, Progress, RunEvent } from '../../measure/index.ts';
import { frame } from './frame.ts';
import { LiveState } from './live-state.ts';

const quantiles = (p50: number, p99: number, last?: number) => ({
  ...{ p50: p50 * 1e6, p99: p99 * 1e6 },
  ...(last === undefined ? {} : { last: { count: 100, p50: p50 * 1e6, p99: last * 1e6 } }),
});
const view = (used: number, waitingPods: number): IpamSample => ({
  pools: [
    {
      ...{ pool: 'small', family: 'ipv4', capacity: 224, reserved: 100, used, cooling: 1 },
      nodeCidrs: { total: 16, used: 8 },
    },
  ],
  waitingNodes: 0,
  waitingPods,
});

/** Twelve seconds of a run in which a pool fills and an agent is away for a while. */
function events(): RunEvent[] {
  const seconds = Array.from({ length: 12 }, (_, i): RunEvent[] => {
    const at = (i + 1) * 1e9;
    const away = i === 6 || i === 7;
    const progress: Progress = {
      started: 310 * (i + 1),
      planned: 6000,
      alive: Math.min(1782, 310 * (i + 1)),
      ratePerSecond: 300 + i,
      late: i < 6 ? 0 : 3,
      dropped: 0,
      failed: i < 6 ? {} : { 'agent-down': i === 6 ? 300 : 500, timeout: 129 },
      remainingNs: (6000 - 310 * (i + 1)) * 3.3e6,
      quantiles: {
        'pod.sandbox': quantiles(4.1, 9.3, away ? undefined : 5 + i / 2),
        'cni.add': quantiles(1.5, 3.8, away ? 9.9 : 3.1),
      },
    };
    return [
      { kind: 'progress', at, progress },
      { kind: 'ipam', at, view: view(8 * i, i < 11 ? 0 : 14) },
    ];
  });
  return [
    { kind: 'phase.started', at: 0, phase: 'churn', planned: 6000, deadlineNs: 1e10 },
    ...seconds.flat(),
  ];
}

function screen(width: number, shown = events()): string[] {
  const state = new LiveState();
  for (const event of shown) state.onEvent(event);
  return frame(state, width).map((line) => line.map(({ text }) => text).join(''));
}

describe('frame', () => {
  it('fits into 80 columns', () => {
    expect(screen(80)).toEqual([
      'churn        ━━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌  62 %  12.0 s · 7.52 s left',
      'rate                311/s          ████████████  3,720/6,000 started · 3 late',
      'alive               1,782          ▂▃▅▆▇███████  1,782 at most',
      'pod.sandbox   p99 10.5 ms          ▄▅▅▅▆▆  ▇███  p50 4.10 ms · p99 9.30 ms',
      'cni.add       p99 3.10 ms          ▃▃▃▃▃▃██▃▃▃▃  p50 1.50 ms · p99 3.80 ms',
      'fullest pool         89 %          ▁▁▂▂▃▄▄▅▆▆▇█  small · 14 pods wait',
      'failed                629          ▁▁▁▁▁▁█▄▁▁▁▁  500 agent-down, 129 timeout',
    ]);
  });

  it('shows more of the past in 120 columns', () => {
    expect(screen(120)).toEqual([
      'churn        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  62 %  12.0 s · 7.52 s left',
      'rate                311/s                                  ████████████  3,720/6,000 started · 3 late',
      'alive               1,782                                  ▂▃▅▆▇███████  1,782 at most',
      'pod.sandbox   p99 10.5 ms                                  ▄▅▅▅▆▆  ▇███  p50 4.10 ms · p99 9.30 ms',
      'cni.add       p99 3.10 ms                                  ▃▃▃▃▃▃██▃▃▃▃  p50 1.50 ms · p99 3.80 ms',
      'fullest pool         89 %                                  ▁▁▂▂▃▄▄▅▆▆▇█  small · 14 pods wait',
      'failed                629                                  ▁▁▁▁▁▁█▄▁▁▁▁  500 agent-down, 129 timeout',
    ]);
  });

  it('is cut where there is no room', () => {
    for (const width of [10, 30, 60, 79]) {
      expect(screen(width).filter((line) => line.length >= width)).toEqual([]);
    }
  });

  it('is empty before there is anything to show, and has no bar where nothing is planned', () => {
    expect(screen(80, events().slice(0, 1))).toEqual([]);
    const [, first] = events();
    if (first?.kind !== 'progress') throw new Error('expected progress');
    const service: RunEvent = { ...first, progress: { ...first.progress, planned: 0, quantiles: {} } };
    expect(screen(80, [service])).toEqual([
      '              0 ns',
      'rate                300/s                     █  310 started · 0 late',
      'alive                 310                     █  310 at most',
      'failed                  0                     ▁',
    ]);
  });
});
