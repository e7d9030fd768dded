import { describe, expect, it } from 'vitest';
import { reportModel } from '../model/report-model.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { toJson } from './json.ts';
import { toMarkdown } from './markdown.ts';
import { toText } from './text.ts';

const bound = { value: 10e9, atLeast: true };
const run = runWith({
  summaries: [
    summaryOf('pod.sandbox', {
      count: 12_000,
      ok: 11_000,
      failed: { 'pool-full': 900, timeout: 99 },
      pending: 1,
      p99: bound,
      'p99.9': bound,
      max: bound,
      intervals: { p50: summaryOf('x').intervals.p50, p99: { low: bound, high: bound } },
    }),
    summaryOf('cni.add{plugin=a|b}', {
      labels: { plugin: 'a|b' },
      intervals: {},
      warnings: ['no interval: too short'],
    }),
  ],
  primary: ['pod.sandbox'],
  invariants: [
    { name: 'a', title: 'no IP on two live pods', checks: 12_000, violations: 0 },
    {
      name: 'b',
      title: 'no veth left over',
      checks: 3,
      violations: 1,
      witness: { text: 'left over: lxc<7>', at: runWith().clock.startNs + 42e9, ageNs: 2e9 },
    },
  ],
  gates: [
    {
      kind: 'metric',
      metric: 'pod.sandbox',
      quantile: 'p99',
      max: { value: 20e6, unit: 'ns', text: '20ms' },
      because: 'a pod has to have its address in time',
    },
  ],
  warnings: ['agents are hosted 4 to a process'],
});

describe('toText', () => {
  it('is a table that pastes well', () => {
    const text = toText(reportModel(run), { color: false });
    expect(text.split('\n').slice(7).join('\n')).toBe(`
metric                     n  failed      p50    ±      p90       p99  ±     p99.9       max
pod.sandbox           12,000  1,000¹  2.00 ms  10%  4.00 ms  ≥ 10.0 s  ∞  ≥ 10.0 s  ≥ 10.0 s
cni.add{plugin=a|b}²   1,000       0  2.00 ms    -  4.00 ms   10.0 ms  -   15.0 ms   20.0 ms
¹ 900 pool-full, 99 timeout, 1 pending at the end
² no interval: too short
±: the larger half of the 95 % interval (bootstrap of whole seconds). ≥: at least; it falls among failed or pending operations.

        invariant               violations  checks  first witness
ok      no IP on two live pods           0  12,000
BROKEN  no veth left over                1       3  left over: lxc<7> (at 42.0 s, 2.00 s old)

        gate                found  asked   because
BROKEN  pod.sandbox p99  ≥ 10.0 s  ≤ 20ms  a pod has to have its address in time

warning: agents are hosted 4 to a process

invariant broken (exit 4)
  no veth left over: broken 1×, first: left over: lxc<7>
`);
  });

  it('has no escape codes without colour, no trailing spaces, and the same words with colour', () => {
    const plain = toText(reportModel(run), { color: false });
    expect(plain).not.toContain('\x1b');
    expect(plain).not.toMatch(/ $/m);
    const colored = toText(reportModel(run), { color: true });
    expect(colored).toContain('\x1b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is taken out
    expect(colored.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(plain);
  });
});

describe('toMarkdown', () => {
  it('keeps names from becoming markup', () => {
    const text = toMarkdown(reportModel(run));
    expect(text).toContain('## ❌ pod-churn: invariant broken');
    expect(text).toContain('| cni.add{plugin=a\\|b}<sup>2</sup> |');
    expect(text).toContain('left over: lxc&lt;7>');
    expect(text).not.toContain('<7>');
  });

  it('gives every row as many cells as its table has columns', () => {
    const rows = toMarkdown(reportModel(run))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const cells = rows.map((row) => row.split(/(?<!\\)\|/).length - 2);
    expect(new Set(cells)).toEqual(new Set([10, 5]));
  });
});

describe('toJson', () => {
  it('holds the run and the verdict', () => {
    expect(JSON.parse(toJson(run))).toMatchObject({ verdict: { exitCode: 4 }, run: { id: run.id } });
  });
});
