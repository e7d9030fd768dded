import { breakdownOf } from './breakdown.ts';
import type { RunDocument } from './folder/document.ts';
import type { MetricName } from './metrics.ts';
import { type Recorder, type Series, seriesKey } from './recorder.ts';
import { summarise } from './summary.ts';
import { windowsOf } from './windows.ts';

/** Plotted when nothing else is asked for: what a pod waits for. */
const PRIMARY: readonly MetricName[] = ['pod.sandbox', 'pod.ready', 'cni.add', 'cni.del'];

/**
 * The parts of run.json that come from samples. `gated` are the metrics that gates name: they are plotted
 * first. Windows reach from `startNs` to `endNs` (monotonic).
 */
export function measurements(
  recorder: Recorder,
  options: { readonly startNs: number; readonly endNs: number; readonly gated: readonly string[] },
): Pick<RunDocument, 'phases' | 'summaries' | 'primary' | 'windows' | 'breakdown'> {
  const wanted = [...new Set([...options.gated, ...PRIMARY])];
  const primary = wanted.flatMap((name) => wholeOf(recorder.series, name));
  const breakdown = breakdownOf(recorder);
  return {
    phases: recorder.phases,
    summaries: summarise(recorder),
    primary: primary.map(({ metric, labels }) => seriesKey(metric, labels)),
    windows: primary.map((series) =>
      windowsOf(series, { ...options, deadlineAt: (at) => recorder.deadlineAt(at) }),
    ),
    ...(breakdown && { breakdown }),
  };
}

/** The series without labels; where there is none, all of the metric. */
function wholeOf(all: readonly Series[], name: string): Series[] {
  const series = all.filter(({ metric }) => metric === name);
  const whole = series.filter(({ labels }) => Object.keys(labels).length === 0);
  return whole.length > 0 ? whole : series;
}
