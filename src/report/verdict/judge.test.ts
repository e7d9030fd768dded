import { describe, expect, it } from 'vitest';
import type { GateSpec, InvariantResult, RunDocument } from '../../measure/index.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { judge } from './judge.ts';

const ms = 1e6;
type MetricGate = Extract<GateSpec, { kind: 'metric' }>;
const limit = (inMs: number) => ({ value: inMs * ms, unit: 'ns' as const, text: `${inMs}ms` });
const p99 = (inMs: number, fields: Partial<MetricGate> = {}): GateSpec => ({
  kind: 'metric',
  metric: 'cni.add',
  quantile: 'p99',
  max: limit(inMs),
  ...fields,
});
const held: InvariantResult = {
  name: 'address-unique',
  title: 'no IP on two live pods',
  checks: 9,
  violations: 0,
};
const broken: InvariantResult = {
  ...held,
  violations: 2,
  witness: { text: '10.0.0.1 twice', at: 5, ageNs: 1 },
};
const all: GateSpec = { kind: 'invariants', invariants: 'all' };
const judged = (fields: Partial<RunDocument>) => {
  const { outcome, exitCode, reasons, gates } = judge(runWith(fields));
  return { outcome, exitCode, reasons, statuses: gates.map(({ status }) => status) };
};
const load = (fields: Partial<RunDocument['load']>) => ({ load: { ...runWith().load, ...fields } });
const noisy = (): Pick<RunDocument, 'fingerprint'> => {
  const { fingerprint } = runWith();
  return { fingerprint: { ...fingerprint, condition: { ...fingerprint.condition, stealShare: 0.3 } } };
};

describe('a gate on a metric', () => {
  it('holds up to its limit', () => {
    expect(judged({ gates: [p99(10)] })).toEqual({
      outcome: 'passed',
      exitCode: 0,
      reasons: [],
      statuses: ['held'],
    });
  });

  it('breaks above it, and says so with the reason of its author', () => {
    expect(judged({ gates: [p99(9.99, { because: 'a pod waits for it' })] })).toEqual({
      outcome: 'gate broken',
      exitCode: 3,
      reasons: ['cni.add p99: 10.0 ms, asked ≤ 9.99ms (a pod waits for it)'],
      statuses: ['broken'],
    });
  });

  it('takes a lower bound for a broken maximum, but not for a kept one', () => {
    const summaries = [summaryOf('cni.add', { p99: { value: 100 * ms, atLeast: true } })];
    expect(judged({ summaries, gates: [p99(20)] }).statuses).toEqual(['broken']);
    expect(judged({ summaries, gates: [p99(200)] })).toMatchObject({
      exitCode: 6,
      reasons: ['cni.add p99: only known to be at least 100 ms'],
    });
    expect(judged({ summaries, gates: [p99(20, { max: undefined, min: limit(50) })] }).statuses).toEqual([
      'held',
    ]);
  });

  it('is inconclusive with too few samples', () => {
    expect(judged({ summaries: [summaryOf('cni.add', { count: 298 })], gates: [p99(20)] })).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 6,
      reasons: ['cni.add p99: p99 needs at least 299 samples, got 298'],
    });
    expect(judged({ summaries: [summaryOf('cni.add', { count: 299 })], gates: [p99(20)] }).exitCode).toBe(0);
  });

  it('is broken with few samples when even the low end of the interval is above the limit', () => {
    expect(judged({ summaries: [summaryOf('cni.add', { count: 60 })], gates: [p99(5)] }).exitCode).toBe(3);
  });

  it('is inconclusive without the metric, never passed', () => {
    expect(judged({ gates: [p99(10, { metric: 'pod.ready' })] })).toMatchObject({
      exitCode: 6,
      reasons: ['pod.ready p99: no samples of pod.ready'],
    });
  });

  it('is inconclusive with negative values or a limit of another kind', () => {
    const summaries = [summaryOf('cni.add', { negative: 1 })];
    expect(judged({ summaries, gates: [p99(10)] }).reasons).toEqual([
      'cni.add p99: 1 negative values: clocks or stamps are wrong',
    ]);
    const rate = { value: 5, unit: 'per-second' as const, text: '5/s' };
    expect(judged({ gates: [p99(10, { max: rate })] }).reasons).toEqual([
      'cni.add p99: the limit 5/s is no ns, which cni.add is measured in',
    ]);
  });

  it('is asked of every labelled series when there is none for the whole', () => {
    const summaries = [
      summaryOf('service.programmed{node=n1}', { labels: { node: 'n1' } }),
      summaryOf('service.programmed{node=n2}', {
        labels: { node: 'n2' },
        p99: { value: 90 * ms, atLeast: false },
      }),
    ];
    const gates = [p99(20, { metric: 'service.programmed' })];
    expect(judged({ summaries, gates }).reasons).toEqual([
      'service.programmed{node=n2} p99: 90.0 ms, asked ≤ 20ms',
    ]);
  });
});

describe('a gate on a rate', () => {
  const failed: GateSpec = { kind: 'rate', rate: 'failed', max: { value: 0.01, unit: 'share', text: '1%' } };
  const completed: GateSpec = {
    kind: 'rate',
    rate: 'completed',
    min: { value: 290, unit: 'per-second', text: '290/s' },
  };

  it('compares shares of all arrivals', () => {
    expect(judged({ gates: [failed], ...load({ planned: 1000, started: 1000, failed: 10 }) }).exitCode).toBe(
      0,
    );
    expect(
      judged({ gates: [failed], ...load({ planned: 1000, started: 1000, failed: 11 }) }).reasons,
    ).toEqual(['failed: 1.10 %, asked ≤ 1%']);
  });

  it('compares pods completed per second', () => {
    const run = { planned: 3000, started: 3000, completed: 2900, durationNs: 10e9 };
    expect(judged({ gates: [completed], ...load(run) }).exitCode).toBe(0);
    expect(judged({ gates: [completed], ...load({ ...run, completed: 2899 }) }).exitCode).toBe(3);
  });

  it('is inconclusive when nothing was started', () => {
    expect(judged({ gates: [failed], ...load({ planned: 0, started: 0, failed: 0 }) }).exitCode).toBe(6);
  });
});

describe('invariants', () => {
  it('pass when all hold', () => {
    expect(judged({ invariants: [held], gates: [all] })).toMatchObject({ exitCode: 0, statuses: ['held'] });
  });

  it('broken ones come first, with a gate on them or without, whatever else is wrong', () => {
    const late = load({ lag: { p50: 1e9, p99: 1e9, max: 1e9 } });
    for (const gates of [[], [all], [p99(1)]]) {
      expect(judged({ invariants: [broken], gates, ...late, ...noisy() })).toMatchObject({
        outcome: 'invariant broken',
        exitCode: 4,
        reasons: ['no IP on two live pods: broken 2×, first: 10.0.0.1 twice'],
      });
    }
  });

  it('are inconclusive when one was not checked, or none', () => {
    const unchecked = { ...held, checks: 0 };
    expect(judged({ invariants: [held, unchecked], gates: [all] })).toMatchObject({
      exitCode: 6,
      reasons: ['invariants: no IP on two live pods: never checked'],
    });
    expect(judged({ invariants: [], gates: [all] }).exitCode).toBe(6);
    expect(
      judged({ invariants: [{ ...held, unknown: 'an event came late' }], gates: [all] }).reasons,
    ).toEqual(['invariants: no IP on two live pods: an event came late']);
  });
});

describe('what a network has not', () => {
  const notApplicable = 'nobody tells of single calls';

  it('decides nothing, neither a gate on it nor an invariant', () => {
    const unchecked = { ...held, name: 'address-in-pool', checks: 0, notApplicable };
    expect(judged({ invariants: [held, unchecked], gates: [all, p99(1, { notApplicable })] })).toEqual({
      outcome: 'passed',
      exitCode: 0,
      reasons: [],
      statuses: ['held', 'not applicable'],
    });
  });

  it('leaves nothing that holds where there is nothing else', () => {
    expect(judged({ invariants: [{ ...held, notApplicable }], gates: [all] }).exitCode).toBe(6);
  });

  it('does not excuse an invariant that is broken', () => {
    expect(judged({ invariants: [{ ...broken, notApplicable }], gates: [all] }).exitCode).toBe(4);
  });
});

describe('doubt', () => {
  it('makes a run inconclusive whose generator did not keep up', () => {
    expect(judged({ gates: [p99(1)], ...load({ lag: { p50: 1e6, p99: 6e6, max: 7e6 } }) })).toMatchObject({
      exitCode: 6,
      reasons: ['the generator did not keep up: its lag p99 6.00 ms is above 5.00 ms'],
    });
    expect(judged(load({ planned: 100, started: 90, dropped: 9 })).reasons).toEqual([
      'the generator did not keep up: 1 of 100 arrivals never started',
    ]);
  });

  it('allows lag up to a tenth of what is measured, and any in a closed loop', () => {
    const slow = [summaryOf('cni.add', { p99: { value: 100 * ms, atLeast: false } })];
    expect(judged({ summaries: slow, ...load({ lag: { p50: 1e6, p99: 9e6, max: 9e6 } }) }).exitCode).toBe(0);
    expect(judged(load({ mode: 'closed', lag: { p50: 1e9, p99: 1e9, max: 1e9 } })).exitCode).toBe(0);
  });

  it('about the machine turns a broken gate into an inconclusive one, and leaves a kept one', () => {
    expect(judged({ gates: [p99(20)], ...noisy() }).exitCode).toBe(0);
    expect(judged({ gates: [p99(1)], ...noisy() })).toMatchObject({
      exitCode: 6,
      reasons: ['cni.add p99: above the limit, but the hypervisor took 30.0 % of the CPU time (steal)'],
    });
  });
});
