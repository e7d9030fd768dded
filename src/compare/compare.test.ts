import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../measure/index.ts';
import { madeUpSide, smallComparison } from '../report/testdata/small-comparison.ts';
import { compare } from './compare.ts';
import type { ComparedMetric, ComparisonDocument } from './document.ts';
import { comparisonDocument } from './document.ts';

const find = ({ metrics }: ComparisonDocument, key: string, statistic = 'p50'): ComparedMetric =>
  metrics.find((each) => each.key === key && each.statistic === statistic)!;
const identity = (fields: object) => (run: RunDocument) => ({
  ...run,
  fingerprint: { ...run.fingerprint, identity: { ...run.fingerprint.identity, ...fields } },
});
const base = madeUpSide('base');
const same = madeUpSide('same', { seed: 2 });

describe('compare', () => {
  it('calls a fifth worse, a fifth less better, and the same the same', () => {
    const worse = compare(base, madeUpSide('slow', { seed: 2, slower: 1.2 }));
    expect(find(worse, 'cni.add')).toMatchObject({ verdict: { kind: 'worse' }, gate: 'broken', gated: true });
    expect(worse).toMatchObject({ outcome: 'regression', exitCode: 5 });
    expect(worse.reasons[0]).toMatch(/^pod\.sandbox p50: worse by 2\d\.\d %$/);
    const better = compare(base, madeUpSide('fast', { seed: 2, slower: 0.8 }));
    expect(find(better, 'cni.add')).toMatchObject({ verdict: { kind: 'better' }, gate: 'held' });
    const alike = compare(base, same);
    expect(alike).toMatchObject({ outcome: 'passed', exitCode: 0, reasons: [] });
    expect(find(alike, 'cni.add').verdict.kind).toBe('same');
  });

  it('takes the direction of better from the unit', () => {
    const rate = (run: RunDocument): RunDocument => ({
      ...run,
      summaries: run.summaries.map((each) => ({ ...each, unit: '1/s' as const })),
    });
    const more = compare(
      madeUpSide('a', { change: rate }),
      madeUpSide('b', { seed: 2, slower: 1.2, change: rate }),
    );
    expect(find(more, 'cni.add')).toMatchObject({ better: 'higher', verdict: { kind: 'better' } });
  });

  it('says nothing of too few runs but how many it would take', () => {
    const few = compare(madeUpSide('a', { runs: 2 }), madeUpSide('b', { runs: 2, seed: 2, slower: 1.2 }));
    expect(few).toMatchObject({ outcome: 'inconclusive', exitCode: 6 });
    const { verdict, detectable, difference } = find(few, 'cni.add');
    expect(verdict).toEqual({
      kind: 'inconclusive',
      needed: expect.any(Number),
      reason: expect.stringMatching(/^needs n ≥ \d+$/),
    });
    expect(detectable).toBeNull();
    expect(difference!.relative).toMatchObject({ low: null, high: null });
  });

  it('keeps runs whose generator was late, and concludes nothing where they are more than a fifth', () => {
    const late = (howMany: number) => (run: RunDocument, i: number) =>
      i >= howMany ? run : { ...run, load: { ...run.load, lag: { ...run.load.lag, p99: 50e6 } } };
    const few = compare(base, madeUpSide('b', { seed: 2, change: late(1) }));
    expect(few).toMatchObject({ outcome: 'passed', groups: [{ runs: { b: base.runs.length } }] });
    expect(few.warnings).toEqual([
      expect.stringMatching(/^1 of \d+ runs of b count although late: .*, the generator did not keep up/),
    ]);
    const many = compare(base, madeUpSide('b', { seed: 2, change: late(3) }));
    expect(many).toMatchObject({ outcome: 'inconclusive', exitCode: 6, warnings: [] });
    expect(many.reasons).toHaveLength(3);
  });

  it('leaves out a gate on what one of the networks cannot have, and decides by the others', () => {
    const without = (run: RunDocument): RunDocument => ({
      ...run,
      summaries: run.summaries.filter(({ metric }) => metric !== 'cni.add'),
      gates: run.gates.map((gate) =>
        'metric' in gate && gate.metric === 'cni.add'
          ? { ...gate, notApplicable: 'nobody tells of single calls' }
          : gate,
      ),
    });
    const gates: RunDocument['gates'] = ['cni.add', 'pod.sandbox'].map((metric) => ({
      ...{ kind: 'regression', metric, quantile: 'p50', detect: 0.1, minimum: 0.05 },
    }));
    const gated = (run: RunDocument): RunDocument => ({ ...run, gates });
    const document = compare(
      madeUpSide('a', { change: gated }),
      madeUpSide('b', { seed: 2, change: (run) => without(gated(run)) }),
    );
    expect(find(document, 'pod.sandbox')).toMatchObject({ gated: true, gate: 'held' });
    expect(document).toMatchObject({ outcome: 'passed', exitCode: 0 });
  });

  it('fails a gated metric that a side lacks', () => {
    const without = (run: RunDocument, i: number): RunDocument =>
      i === 3 ? { ...run, summaries: run.summaries.filter(({ key }) => key !== 'cni.add') } : run;
    const document = compare(base, madeUpSide('b', { seed: 2, change: without }));
    expect(find(document, 'cni.add').verdict).toEqual({
      kind: 'missing',
      side: 'b',
      reason: 'b has it in 7 of 8 runs',
    });
    expect(document).toMatchObject({
      outcome: 'inconclusive',
      reasons: ['cni.add p50: b has it in 7 of 8 runs'],
    });
  });

  it('refuses unlike machines with the fields, or takes them when asked to', () => {
    const other = madeUpSide('b', { seed: 2, change: identity({ kernel: '6.1.0', cpu: 'another' }) });
    const refused = compare(base, other);
    expect(refused).toMatchObject({ outcome: 'inconclusive', exitCode: 6, metrics: [] });
    expect(refused.reasons.slice(0, 2).map((reason) => reason.split(':')[0])).toEqual([
      'identity.kernel',
      'identity.cpu',
    ]);
    const allowed = compare(base, other, { allowed: ['identity'] });
    expect(allowed.exitCode).toBe(0);
    expect(allowed.warnings).toEqual([
      expect.stringMatching(
        /^the sides differ in identity\.kernel \(.* against 6\.1\.0\), which was allowed$/,
      ),
      expect.stringMatching(/^the sides differ in identity\.cpu/),
    ]);
  });

  it('compares revisions without being asked: that is what differs on purpose', () => {
    const other = madeUpSide('b', { seed: 2, change: identity({ commit: 'abc', dirty: true }) });
    const { differences, exitCode } = compare(base, other);
    expect(exitCode).toBe(0);
    expect(differences.map(({ field, status }) => [field, status])).toContainEqual([
      'identity.commit',
      'subject',
    ]);
  });

  it('leaves out runs of a busy machine, and says so', () => {
    const busy = (run: RunDocument, i: number): RunDocument => {
      const condition = { ...run.fingerprint.condition, stealShare: i < 2 ? 0.4 : 0 };
      return { ...run, fingerprint: { ...run.fingerprint, condition } };
    };
    const document = compare(base, madeUpSide('b', { seed: 2, change: busy }));
    expect(document.conditions).toHaveLength(2);
    expect(find(document, 'cni.add').b!.runs).toBe(6);
    expect(document.warnings[0]).toMatch(
      /^left out of b: .*, the hypervisor took 40\.0 % of the CPU time \(steal\); 1 more like it$/,
    );
  });

  it('puts a broken invariant of the candidate above everything', () => {
    const broken = (run: RunDocument, i: number): RunDocument =>
      i > 0 ? run : { ...run, invariants: [{ name: 'x', title: 'no IP twice', checks: 1, violations: 2 }] };
    const document = compare(base, madeUpSide('b', { seed: 2, change: broken }));
    expect(document).toMatchObject({ outcome: 'invariant broken', exitCode: 4 });
    expect(document.reasons[0]).toMatch(/no IP twice: broken 2×$/);
    expect(compare(madeUpSide('a', { change: broken }), same).exitCode).toBe(0);
  });

  it('reports what varies inside a side', () => {
    const mixed = (run: RunDocument, i: number) => identity({ node: i === 0 ? '24.1.0' : '24.2.0' })(run);
    const { residue } = compare(
      madeUpSide('a', { change: mixed }),
      madeUpSide('b', { seed: 2, change: mixed }),
    );
    expect(residue).toContainEqual({
      side: 'a',
      group: '',
      field: 'identity.node',
      values: ['24.1.0', '24.2.0'],
    });
  });

  it('tests pairs where seeds are paired and pairs differ less than runs', () => {
    // Each seed has a speed of its own, the same on both sides: runs differ much, pairs little.
    const seeded = (run: RunDocument, i: number): RunDocument => {
      const factor = 1 + i / 10;
      const summaries = run.summaries.map((each) => ({
        ...each,
        p50: { ...each.p50, value: each.p50.value * factor },
      }));
      return {
        ...run,
        summaries,
        scenario: { ...run.scenario, asRun: { ...(run.scenario.asRun as object), seed: i } },
      };
    };
    const [a, b] = [1, 2].map((seed) =>
      madeUpSide('x', { runs: 12, seed, slower: seed === 1 ? 1 : 1.15, change: seeded }),
    );
    const paired = compare(a!, b!);
    expect(paired.groups[0]!.paired).toBe(true);
    expect(find(paired, 'cni.add')).toMatchObject({ test: 'signed-rank', verdict: { kind: 'worse' } });
    const alone = compare(a!, { ...b!, runs: b!.runs.slice(1) });
    expect(find(alone, 'cni.add')).toMatchObject({ test: 'mann-whitney', verdict: { kind: 'inconclusive' } });
  });

  it('is a document of its own schema, and the same for the same runs', () => {
    expect(comparisonDocument.parse(JSON.parse(JSON.stringify(smallComparison())))).toEqual(
      smallComparison(),
    );
  });
});
