import { describe, expect, it } from 'vitest';
import type { Sample, WindowSeries } from '../../measure/index.ts';
import { runWith } from '../testdata/small-run.ts';
import { HeatGrid, heatWindows } from './heat-grid.ts';

const windows = (seconds: number, fields: Partial<WindowSeries> = {}): WindowSeries => ({
  metric: 'cni.add',
  labels: {},
  startNs: 100e9,
  widthNs: 1e9,
  count: new Array(seconds).fill(1),
  unsuccessful: [],
  p50: [],
  p99: [],
  max: [],
  ...fields,
});
const add = (second: number, ms: number, fields: Partial<Sample> = {}): Sample => ({
  metric: 'cni.add',
  at: 100e9 + second * 1e9,
  ns: ms * 1e6,
  ok: true,
  ...fields,
});

function mapOf(series: WindowSeries, samples: readonly Sample[]) {
  const grid = new HeatGrid(series);
  for (const sample of samples) grid.onSample(sample);
  return grid.map();
}

describe('HeatGrid', () => {
  it('counts by second and by logarithm of the value', () => {
    const map = mapOf(windows(3), [add(0.1, 1.1), add(0.9, 1.2), add(2.5, 9.5)])!;
    expect(map.edges[0]).toBeCloseTo(1e6, -3);
    expect(map.edges.at(-1)).toBeCloseTo(10e6, -3);
    expect(map.edges).toHaveLength(map.counts[0]!.length + 1);
    expect(map.counts.map((column) => column.reduce((sum, count) => sum + count, 0))).toEqual([2, 0, 1]);
    expect(map.counts[0]![0]).toBe(2);
    expect(map.counts[2]!.at(-1)).toBe(1);
  });

  it('keeps failures apart: how long they took says nothing of the work', () => {
    const failed = add(1, 0.2, { ok: false, class: 'pool-full' });
    const map = mapOf(windows(2), [add(0, 1), failed, { ...failed, pending: true }])!;
    expect(map.unsuccessful).toEqual([0, 2]);
    expect(map.edges).toHaveLength(2);
  });

  it('takes its own series alone', () => {
    const labels = { plugin: 'bridge' };
    const series = windows(1, { labels });
    const map = mapOf(series, [add(0, 1, { labels }), add(0, 1), add(0, 1, { metric: 'cni.del' })])!;
    expect(map.key).toBe('cni.add{plugin=bridge}');
    expect(map.counts).toEqual([[1]]);
  });

  it('lets seconds share a column in a long run, and holds what comes before and after', () => {
    const map = mapOf(windows(600), [add(-5, 1), add(2.9, 1), add(3, 1), add(700, 1)])!;
    expect(map.columnNs).toBe(3e9);
    expect(map.counts).toHaveLength(200);
    expect([0, 1, 199].map((column) => map.counts[column]![0])).toEqual([2, 1, 1]);
  });

  it('has no map of nothing, nor of zeroes', () => {
    expect(mapOf(windows(2), [])).toBeUndefined();
    expect(mapOf(windows(2), [add(0, 0)])).toBeUndefined();
  });
});

it('shows what pods wait for first', () => {
  const run = runWith({
    windows: [windows(1), windows(1, { metric: 'pod.sandbox' }), windows(1, { metric: 'cni.del' })],
  });
  expect(heatWindows(run).map(({ metric }) => metric)).toEqual(['pod.sandbox', 'cni.add']);
  expect(heatWindows(runWith({ windows: [windows(1, { count: [0] })] }))).toEqual([]);
});
