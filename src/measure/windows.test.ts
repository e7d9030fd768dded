import { expect, it } from 'vitest';
import { Recorder } from './recorder.ts';
import { windowsOf } from './windows.ts';

const [ms, s] = [1e6, 1e9];

it('keeps empty seconds and counts by arrival', () => {
  const recorder = new Recorder();
  recorder.beginPhase('churn', 10 * s, 5 * s);
  const add = (at: number, ns: number, ok = true) =>
    recorder.append({ metric: 'cni.add', at: 10 * s + at, ns, ok });
  add(0.1 * s, ms);
  add(0.9 * s, 3 * ms);
  add(2.5 * s, 2.4 * s);
  add(2.6 * s, ms, false);
  add(4.1 * s, ms);
  const [series] = recorder.series;
  const windows = windowsOf(series!, {
    startNs: 10 * s,
    endNs: 14 * s,
    deadlineAt: (at) => recorder.deadlineAt(at),
  });
  expect(windows).toEqual({
    metric: 'cni.add',
    labels: {},
    startNs: 10 * s,
    widthNs: s,
    // An arrival at or after the end belongs to the last window: no sample is lost.
    count: [2, 0, 2, 1],
    unsuccessful: [0, 0, 1, 0],
    p50: [ms, null, 2.4 * s, ms],
    p99: [3 * ms, null, 5 * s, ms],
    max: [3 * ms, null, 5 * s, ms],
  });
});
