import { describe, expect, it } from 'vitest';
import { Recorder, seriesKey } from './recorder.ts';
import type { Sample } from './sample.ts';

const ms = 1e6;
const add = (fields: Partial<Sample>): Sample => ({ metric: 'cni.add', ns: ms, at: 0, ok: true, ...fields });

describe('Recorder', () => {
  it('keeps series apart by metric and labels, whatever the order of labels', () => {
    const recorder = new Recorder();
    recorder.append(add({}));
    recorder.append(add({ labels: { plugin: 'bridge', b: '1' } }));
    recorder.append(add({ labels: { b: '1', plugin: 'bridge' } }));
    recorder.append(add({ metric: 'cni.del' }));
    const counts = recorder.series.map((s) => [seriesKey(s.metric, s.labels), s.columns.length]);
    expect(counts).toEqual([
      ['cni.add', 1],
      ['cni.add{b=1,plugin=bridge}', 2],
      ['cni.del', 1],
    ]);
  });

  it('counts a failure at the deadline of the phase it arrived in', () => {
    const recorder = new Recorder();
    recorder.beginPhase('one', 0, 100 * ms);
    recorder.beginPhase('two', 1000, 500 * ms);
    recorder.append(add({ at: 999, ok: false, class: 'pool-full' }));
    expect(recorder.live('cni.add')).toMatchObject({ count: 1, failed: 1 });
    expect(recorder.live('cni.add')!.p50 / ms).toBeCloseTo(100, 0);
    recorder.append(add({ at: 1000, ok: false, class: 'pool-full' }));
    expect(recorder.live('cni.add')!.p99 / ms).toBeCloseTo(500, 0);
  });

  it('tells of what came since a sample, failures at their bounds', () => {
    const recorder = new Recorder();
    recorder.beginPhase('one', 0, 100 * ms);
    for (const ns of [1, 9, 2, 3]) recorder.append(add({ ns: ns * ms }));
    expect(recorder.since('cni.add', 2)).toEqual({ count: 2, p50: 2 * ms, p99: 3 * ms });
    recorder.append(add({ ok: false, class: 'pool-full' }));
    expect(recorder.since('cni.add', 4)).toEqual({ count: 1, p50: 100 * ms, p99: 100 * ms });
    expect(recorder.since('cni.add', 5)).toBeUndefined();
    expect(recorder.since('cni.del', 0)).toBeUndefined();
  });

  it('keeps negative values as they are and says that they are there', () => {
    const recorder = new Recorder();
    recorder.append(add({ ns: -5 }));
    const [series] = recorder.series;
    expect(series!.negative).toBe(1);
    expect(series!.columns.value(0)).toBe(-5);
    expect(series!.histogram.count).toBe(0);
  });

  it('refuses what is no number', () => {
    expect(() => new Recorder().append(add({ ns: Number.NaN }))).toThrow(
      'Expected finite ns and at in a sample of cni.add, got NaN at 0',
    );
  });

  it('hands every sample to the sink unchanged', () => {
    const seen: Sample[] = [];
    const recorder = new Recorder({ sink: { write: (sample) => seen.push(sample) } });
    const sample = add({ ok: false, class: 'timeout', ns: 3, pod: 'churn-000001' });
    recorder.append(sample);
    expect(seen).toEqual([sample]);
  });

  it('holds a million samples in 19 bytes each', () => {
    const recorder = new Recorder();
    const before = process.memoryUsage();
    const sample = { ...add({ node: 'n1' }) } as { -readonly [K in keyof Sample]: Sample[K] };
    for (let i = 0; i < 1e6; i++) {
      sample.at = i;
      sample.ns = 1e6 + (i % 1000);
      recorder.append(sample);
    }
    const columns = recorder.find('cni.add')!.columns;
    expect([columns.length, columns.at(999_999), columns.value(4097)]).toEqual([1e6, 999_999, 1_000_097]);
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(40e6);
  });
});
