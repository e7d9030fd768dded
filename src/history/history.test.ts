import { describe, expect, it } from 'vitest';
import { parseAcknowledged } from './acknowledged/read-acknowledged.ts';
import { type HistoryDocument, historyDocument } from './document.ts';
import { history } from './history.ts';
import type { Night } from './read/night.ts';
import { dayOf, type NightOptions, night } from './testdata/nights.ts';

const MS = 1e6;

/** As many nights as options are given for; a level of 4 ms moves by one per mille from night to night. */
function nights(count: number, optionsOf: (night: number) => NightOptions = () => ({})): Night[] {
  return Array.from({ length: count }, (_, i) =>
    night(i, { p50: (4 + 0.004 * (i % 3)) * MS, ...optionsOf(i) }),
  );
}

function historyOf(all: readonly Night[], acknowledged = ''): HistoryDocument {
  const known = acknowledged === '' ? [] : parseAcknowledged(acknowledged, 'known.yaml');
  return history('results', { nights: all, warnings: [] }, known);
}

function seriesOf(document: HistoryDocument, of: 'value' | 'difference' = 'value') {
  return document.groups[0]!.series.find(
    (each) => each.key === 'cni.add' && each.statistic === 'p50' && each.of === of,
  )!;
}

const slower =
  (from: number, to = Infinity) =>
  (i: number) =>
    i >= from && i < to ? { p50: 4.6 * MS } : {};

describe('history', () => {
  it('says since when a metric is worse', () => {
    const document = historyOf(nights(24, slower(12)));
    expect(seriesOf(document).changes).toMatchObject([
      { point: 12, p: 0.001, direction: 'worse', state: 'open', change: expect.closeTo(0.149, 3) },
    ]);
    expect(document).toMatchObject({
      outcome: 'regression',
      exitCode: 5,
      reasons: ['pod-churn, netns: cni.add p50: worse by 14.9 % since 2026-10-13'],
    });
  });

  it('is a valid document, the same one each time, whoever reads it', () => {
    const document = historyOf(nights(24, slower(12)));
    expect(historyDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(historyOf(nights(24, slower(12)))).toEqual(document);
  });

  it('is not moved by one strange night, nor by less than counts', () => {
    for (const options of [slower(12, 13), (i: number) => (i < 12 ? {} : { p50: 4.1 * MS })]) {
      const document = historyOf(nights(24, options));
      expect(seriesOf(document).changes).toEqual([]);
      expect(document).toMatchObject({ outcome: 'passed', exitCode: 0, reasons: [] });
    }
  });

  it('takes the median of the runs of a night, and shows how far they lie apart', () => {
    const { values } = seriesOf(historyOf([night(0, { runs: 3, p50: MS })]));
    expect(values).toEqual([
      { point: 0, runs: 3, value: MS + 1000, atLeast: false, low: MS, high: MS + 2000 },
    ]);
  });

  it('cannot tell with fewer than ten nights', () => {
    const document = historyOf(nights(9, slower(4)));
    expect(seriesOf(document)).toMatchObject({ changes: [], notes: ['change points need 10 points'] });
    expect(document).toMatchObject({
      exitCode: 6,
      reasons: ['a change can be told from chance with 10 points or more, there are 9'],
    });
  });

  it('does not pass when what decides is missing in the newest night', () => {
    const all = nights(12);
    const { runs } = all[11]!;
    const summaries = runs[0]!.run.summaries.filter(({ key }) => key !== 'cni.add');
    const last = { ...all[11]!, runs: [{ ...runs[0]!, run: { ...runs[0]!.run, summaries } }] };
    expect(historyOf([...all.slice(0, 11), last])).toMatchObject({
      outcome: 'inconclusive',
      reasons: ['pod-churn, netns: cni.add p50: the newest point does not have it'],
    });
  });

  it('marks nights on a machine that was not quiet', () => {
    const { points } = historyOf([night(0, { runs: 2, stealShare: 0.3 })]).groups[0]!;
    expect(points[0]!.conditions).toEqual([
      'the hypervisor took 30.0 % of the CPU time (steal) (2 of 2 runs)',
    ]);
  });

  it('keeps substrates apart, and variants that nobody compared', () => {
    const names = (all: Night[]) => historyOf(all).groups.map(({ name }) => name);
    expect(names([night(0), night(1, { substrate: 'vm' }), night(2)])).toEqual([
      'pod-churn, netns',
      'pod-churn, vm',
    ]);
    expect(names([night(0, { runs: 4, variants: ['a', 'b'] })])).toEqual([
      'pod-churn a, netns',
      'pod-churn b, netns',
    ]);
  });
});

describe('why a level changed', () => {
  it('the machine did too: then it is no regression', () => {
    const document = historyOf(
      nights(24, (i) => ({ ...slower(12)(i), kernel: i < 12 ? '6.12.0' : '6.18.0' })),
    );
    expect(document.groups[0]!.environmentChanges).toEqual([
      { point: 12, fields: [{ field: 'identity.kernel', before: '6.12.0', after: '6.18.0' }] },
    ]);
    expect(seriesOf(document).changes).toMatchObject([{ point: 12, state: 'environment' }]);
    expect(document.outcome).toBe('passed');
  });

  it('is of no interest any more when the level is back', () => {
    const document = historyOf(nights(30, slower(10, 20)));
    expect(seriesOf(document).changes).toMatchObject([
      { point: 10, direction: 'worse', state: 'undone' },
      { point: 20, direction: 'better', state: 'open' },
    ]);
    expect(document.outcome).toBe('passed');
  });

  it('is acknowledged, within two points of where it was said to be', () => {
    const known = (since: string) => `apiVersion: churnlab.dev/v1alpha1
kind: AcknowledgedChanges
changes:
  - { metric: cni.add, since: ${since}, reason: leases are durable before the answer }
`;
    const all = nights(24, slower(12));
    for (const since of [dayOf(10), dayOf(14)]) {
      const document = historyOf(all, known(since));
      expect(seriesOf(document).changes).toMatchObject([
        { state: 'acknowledged', reason: 'leases are durable before the answer' },
      ]);
      expect(document).toMatchObject({ outcome: 'passed', warnings: [] });
    }
    expect(historyOf(all, known(dayOf(8)))).toMatchObject({
      outcome: 'regression',
      warnings: ['known.yaml:4:5: no change is explained by "leases are durable before the answer"'],
    });
  });
});

describe('nights with a comparison', () => {
  const compared = (baseline: (i: number) => string) =>
    nights(24, (i) => ({
      runs: 4,
      variants: ['baseline', 'candidate'],
      // Each night another machine, which says nothing about the difference of two sides on it.
      p50: (i % 2 === 0 ? 4 : 9) * MS,
      kernel: i % 2 === 0 ? '6.12.0' : '6.18.0',
      compared: { baseline: baseline(i), difference: (i < 12 ? 0.001 : 0.08) + 0.001 * (i % 3) },
    }));

  it('are judged by the difference, and not by machines', () => {
    const document = historyOf(compared(() => 'v1'));
    expect(document.groups.map(({ name }) => name)).toEqual(['pod-churn, netns']);
    expect(seriesOf(document, 'difference')).toMatchObject({
      gated: true,
      unit: 'ratio',
      changes: [{ point: 12, state: 'open', direction: 'worse', change: expect.closeTo(0.079, 3) }],
    });
    expect(seriesOf(document)).toMatchObject({ gated: false, values: { length: 24 } });
    expect(seriesOf(document).values[0]!.runs).toBe(2);
    expect(document.reasons).toEqual([
      'pod-churn, netns: cni.add p50 against the baseline: worse by 7.90 % since 2026-10-13',
    ]);
  });

  it('are told apart by their titles where their runs are not kept', () => {
    const kept = compared(() => 'v1').map(({ id, comparisons }) => ({
      ...{ id, runs: [] },
      comparisons: ['pod-churn-netns', 'pod-churn-vm'].map((title) => ({ ...comparisons[0]!, title })),
    }));
    const { groups } = historyOf(kept);
    expect(groups.map(({ name, points, series }) => [name, points.length, series.length])).toEqual([
      ['pod-churn-netns', 24, 1],
      ['pod-churn-vm', 24, 1],
    ]);
    expect(groups[0]!.points[0]).toMatchObject({ runs: 2, commit: 'c0', environment: 0 });
  });

  it('know that another baseline is another difference', () => {
    const document = historyOf(compared((i) => (i < 12 ? 'v1' : 'v2')));
    expect(seriesOf(document, 'difference').changes).toMatchObject([{ point: 12, state: 'environment' }]);
  });

  it('do not take a baseline that moves every night for a reason', () => {
    const document = historyOf(compared((i) => `night before ${i}`));
    expect(document.groups[0]!.environments[0]).not.toHaveProperty('baseline');
    expect(seriesOf(document, 'difference').changes).toMatchObject([{ point: 12, state: 'open' }]);
  });
});
