import { describe, expect, it } from 'vitest';
import { Histogram } from '../stats/index.ts';
import { Recorder } from './recorder.ts';
import type { Sample } from './sample.ts';
import { summarise } from './summary.ts';

const [ms, s] = [1e6, 1e9];
const START = 7e12;

/** 100 pods, 10 a second, 1 to 100 ms; `change` makes some of them fail. */
function recorded(change: (i: number) => Partial<Sample> = () => ({})): Recorder {
  const recorder = new Recorder();
  recorder.beginPhase('churn', START, 10 * s);
  for (let i = 0; i < 100; i++) {
    recorder.append({
      metric: 'pod.sandbox',
      ns: (i + 1) * ms,
      at: START + i * 100 * ms,
      ok: true,
      ...change(i),
    });
  }
  return recorder;
}

const exact = (value: number) => ({ value, atLeast: false });
const atLeast = (value: number) => ({ value, atLeast: true });

describe('summarise', () => {
  it('gives quantiles of the samples as they are', () => {
    const [summary] = summarise(recorded());
    expect(summary).toMatchObject({
      key: 'pod.sandbox',
      unit: 'ns',
      count: 100,
      ok: 100,
      failed: {},
      pending: 0,
      min: exact(ms),
      p50: exact(50 * ms),
      p99: exact(99 * ms),
      max: exact(100 * ms),
      mean: exact(50.5 * ms),
      warnings: [],
    });
    const { low, high } = summary!.intervals.p50!;
    expect(low.value).toBeLessThanOrEqual(50 * ms);
    expect(high.value).toBeGreaterThanOrEqual(50 * ms);
  });

  it('counts failures at the deadline, whenever the refusal came, and names their classes', () => {
    const failing = (i: number): Partial<Sample> =>
      i % 50 === 0 ? { ok: false, class: i === 0 ? 'pool-full' : 'timeout', ns: 3 * ms } : {};
    const [summary] = summarise(recorded(failing));
    expect(summary).toMatchObject({
      ok: 98,
      failed: { 'pool-full': 1, timeout: 1 },
      // The values 1 and 51 are the failures: the 50th of the rest is 52.
      p50: exact(52 * ms),
      p99: atLeast(10 * s),
      max: atLeast(10 * s),
    });
    expect(summary!.mean.atLeast).toBe(true);
  });

  it('keeps a failure that took longer than the deadline at what it took', () => {
    const [summary] = summarise(recorded((i) => (i === 0 ? { ok: false, ns: 12 * s } : {})));
    expect(summary!.failed).toEqual({ other: 1 });
    expect(summary!.max).toEqual(atLeast(12 * s));
  });

  it('censors what is pending at its age, behind every success', () => {
    const pending = (i: number): Partial<Sample> => (i > 96 ? { ok: false, pending: true, ns: 2 * ms } : {});
    const [summary] = summarise(recorded(pending));
    expect(summary).toMatchObject({ ok: 97, pending: 3, failed: {}, p95: exact(95 * ms) });
    expect(summary!.p99).toEqual(atLeast(96 * ms));
  });

  it('reports negative values, and leaves them in the quantiles', () => {
    const [summary] = summarise(recorded((i) => (i === 0 ? { ns: -4 } : {})));
    expect(summary).toMatchObject({ negative: 1, min: exact(-4) });
    expect(summary!.warnings).toEqual([
      '1 negative values: clocks or stamps are wrong, do not use this metric',
    ]);
  });

  it('gives no interval for a run of a few seconds, and says why', () => {
    const recorder = new Recorder();
    recorder.append({ metric: 'cni.add', ns: ms, at: 0, ok: true });
    const [summary] = summarise(recorder);
    expect(summary!.intervals).toEqual({ p50: undefined, p99: undefined });
    expect(summary!.warnings).toEqual(['no interval: it needs samples in at least 5 different seconds']);
  });

  it('stores a histogram that other tools read, failures included', () => {
    const [summary] = summarise(recorded((i) => (i === 0 ? { ok: false, ns: ms } : {})));
    const histogram = new Histogram(summary!.histogram.scale, summary!.histogram.encoded);
    expect(histogram.count).toBe(100);
    expect(histogram.quantile(1) / s).toBeCloseTo(10, 1);
  });
});
