import { describe, expect, it } from 'vitest';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { toJunit } from './junit.ts';
import { junitXml } from './junit-xml.ts';

const { clock, fingerprint } = runWith();
const run = runWith({
  id: '20261121T061426Z-pod-churn-5eed00',
  clock: { ...clock, endNs: clock.startNs + 36.5e9 },
  summaries: [summaryOf('pod.sandbox')],
  invariants: [
    { name: 'a', title: 'no IP on two live pods', checks: 12_000, violations: 0 },
    {
      name: 'b',
      title: 'no veth left over',
      checks: 3,
      violations: 1,
      witness: { text: 'left over: lxc<7>', at: clock.startNs, ageNs: 2e9 },
    },
    { name: 'c', title: 'no IP outside its pool', checks: 0, violations: 0 },
  ],
  gates: [
    {
      kind: 'metric',
      metric: 'pod.sandbox',
      quantile: 'p50',
      max: { value: 20e6, unit: 'ns', text: '20ms' },
    },
    {
      kind: 'metric',
      metric: 'pod.sandbox',
      quantile: 'p99',
      max: { value: 5e6, unit: 'ns', text: '5ms' },
      because: 'a pod has to have its address in time',
    },
    { kind: 'invariants', invariants: 'all' },
  ],
});

describe('toJunit', () => {
  it('has a case for each gate and invariant, and fails what is broken and what is not decided', () => {
    const { commit, kernel, configuration } = fingerprint.identity;
    expect(toJunit([['pod-churn', run]])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="6" failures="3">
  <testsuite name="pod-churn" tests="6" failures="3" time="36.500">
    <properties>
      <property name="run" value="20261121T061426Z-pod-churn-5eed00"/>
      <property name="started" value="2026-11-21T06:14:26.000Z"/>
      <property name="revision" value="${commit}"/>
      <property name="kernel" value="${kernel}"/>
      <property name="configuration" value="${configuration}"/>
    </properties>
    <testcase classname="pod-churn" name="load as planned"/>
    <testcase classname="pod-churn" name="pod.sandbox p50 ≤ 20ms"/>
    <testcase classname="pod-churn" name="pod.sandbox p99 ≤ 5ms">
      <failure type="gate broken" message="10.0 ms, asked ≤ 5ms (a pod has to have its address in time)"/>
    </testcase>
    <testcase classname="pod-churn" name="no IP on two live pods"/>
    <testcase classname="pod-churn" name="no veth left over">
      <failure type="invariant broken" message="broken 1×, first: left over: lxc&#60;7&#62;"/>
    </testcase>
    <testcase classname="pod-churn" name="no IP outside its pool">
      <failure type="inconclusive" message="never checked"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('keeps runs of a matrix apart and counts over all', () => {
    const text = toJunit([
      ['x range', run],
      ['x kcm', runWith()],
    ]);
    expect(text).toContain('<testsuites tests="7" failures="3">');
    expect(text).toContain('<testsuite name="x kcm" tests="1" failures="0"');
  });

  it('has no case for a gate on all invariants, unless there are none', () => {
    const text = toJunit([['x', runWith({ gates: [{ kind: 'invariants', invariants: 'all' }] })]]);
    expect(text).toContain('<failure type="inconclusive" message="-, asked all hold (none was checked)"/>');
  });
});

describe('junitXml', () => {
  it('writes what a name may hold, and nothing that XML cannot', () => {
    const text = junitXml([{ name: '"<&>"\n\u0000\u001b\ud800', cases: [] }]);
    expect(text).toContain('name="&#34;&#60;&#38;&#62;&#34;&#10;\ufffd\ufffd\ufffd"');
  });
});
