import { describe, expect, it } from 'vitest';
import { openMetricsProblems } from '../testdata/openmetrics-rules.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { syntheticRun } from '../testdata/synthetic-run.ts';
import { openMetricsText } from './exposition.ts';
import { toOpenMetrics } from './openmetrics.ts';

const bound = { value: 10e9, atLeast: true };

describe('toOpenMetrics', () => {
  it('keeps values that are known apart from lower bounds', () => {
    const summary = summaryOf('pod.sandbox', {
      count: 12_000,
      ok: 11_980,
      failed: { 'pool-full': 20 },
      'p99.9': bound,
      max: bound,
      mean: { value: 3e6, atLeast: true },
    });
    const text = toOpenMetrics([{ run: runWith({ summaries: [summary] }) }]);
    expect(
      text.slice(text.indexOf('# TYPE churnlab_pod_sandbox_seconds')),
    ).toBe(`# TYPE churnlab_pod_sandbox_seconds summary
# UNIT churnlab_pod_sandbox_seconds seconds
# HELP churnlab_pod_sandbox_seconds the instant the schedule intended the pod to start → the pod has its IP
churnlab_pod_sandbox_seconds{scenario="pod-churn",quantile="0.5"} 0.002
churnlab_pod_sandbox_seconds{scenario="pod-churn",quantile="0.9"} 0.004
churnlab_pod_sandbox_seconds{scenario="pod-churn",quantile="0.95"} 0.005
churnlab_pod_sandbox_seconds{scenario="pod-churn",quantile="0.99"} 0.01
churnlab_pod_sandbox_seconds_count{scenario="pod-churn"} 12000
# TYPE churnlab_pod_sandbox_at_least_seconds gauge
# UNIT churnlab_pod_sandbox_at_least_seconds seconds
# HELP churnlab_pod_sandbox_at_least_seconds quantile q of pod.sandbox is not below this: it falls among failed or pending operations
churnlab_pod_sandbox_at_least_seconds{scenario="pod-churn",q="0.999"} 10
churnlab_pod_sandbox_at_least_seconds{scenario="pod-churn",q="1"} 10
# EOF
`);
    expect(text).toContain(
      'churnlab_failures_total{scenario="pod-churn",metric="pod.sandbox",class="pool-full"} 20\n',
    );
  });

  it('says what became of the run, of each gate and of each invariant', () => {
    const text = toOpenMetrics([{ run: syntheticRun({ pods: 300, violations: true }) }]);
    expect(text).toContain('churnlab_outcome{scenario="pod-churn",churnlab_outcome="invariant broken"} 1\n');
    expect(text).toContain('churnlab_outcome{scenario="pod-churn",churnlab_outcome="passed"} 0\n');
    expect(text).toMatch(/churnlab_gate\{scenario="pod-churn",gate="failed ≤ 1%",churnlab_gate="held"\} 1\n/);
    expect(text).toMatch(/churnlab_invariant_violations_total\{[^}]*\} 1\n/);
  });

  it('keeps the rules of the format, for one run and for the runs of a matrix', () => {
    const one = syntheticRun({ pods: 300, outage: [0, 1] });
    expect(openMetricsProblems(toOpenMetrics([{ run: one }]))).toEqual([]);
    const cells = [
      { cell: { 'lab.nodes': 4, ipam: 'a "b"\\\n' }, run: one },
      { cell: { 'lab.nodes': 8, ipam: 'range' }, run: syntheticRun({ pods: 200 }) },
    ];
    const text = toOpenMetrics(cells);
    expect(openMetricsProblems(text)).toEqual([]);
    expect(text).toContain('lab_nodes="4",ipam="a \\"b\\"\\\\\\n"');
  });

  it('leaves out families without a value, and ends in EOF', () => {
    expect(openMetricsText([{ name: 'x', type: 'gauge', help: '', points: [] }])).toBe('# EOF\n');
  });
});

describe('openMetricsProblems', () => {
  it.each([
    ['# TYPE a gauge\na 1\n', 'does not end in # EOF'],
    ['# TYPE a gauge\na 1\na 2\n# EOF\n', 'a: the same labels twice'],
    ['# TYPE a counter\na 1\n# EOF\n', 'a: a counter has no sample named a'],
    ['# TYPE a counter\na_total -1\n# EOF\n', 'a: a counter below zero'],
    ['# TYPE a_s gauge\n# UNIT a_s seconds\na_s 1\n# EOF\n', 'a_s: its name does not end in its unit'],
    ['# TYPE a summary\na{quantile="2"} 1\n# EOF\n', 'a: quantile 2 is not within 0 and 1'],
    ['# TYPE a stateset\na{b="x"} 1\n# EOF\n', 'a: a state without its label'],
    ['# TYPE a gauge\nb 1\n# EOF\n', 'b belongs to no family'],
    ['# TYPE a gauge\na{0="x"} 1\n# EOF\n', 'a{0="x"} 1: not a sample'],
    ['# TYPE a gauge\n# TYPE a gauge\n# EOF\n', 'a: declared twice'],
  ])('%j: %s', (text, problem) => {
    expect(openMetricsProblems(text)).toEqual([problem]);
  });
});
