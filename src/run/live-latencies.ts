import type { MetricName, Progress, ProgressQuantiles, Recorder } from '../measure/index.ts';

/** What a reader of a run that goes on waits for. */
const SHOWN = ['pod.sandbox', 'ipam.node_cidr', 'service.allocated', 'cni.add', 'cni.del'] as const;

/** Latencies so far, and of what came since they were last asked for. */
export class LiveLatencies {
  readonly #recorder: Recorder;
  readonly #told = new Map<MetricName, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  next(): Progress['quantiles'] {
    return Object.fromEntries(
      SHOWN.flatMap((name): [string, ProgressQuantiles][] => {
        const live = this.#recorder.live(name);
        if (!live) return [];
        const last = this.#recorder.since(name, this.#told.get(name) ?? 0);
        this.#told.set(name, live.count);
        return [[name, { p50: live.p50, p99: live.p99, ...(last && { last }) }]];
      }),
    );
  }
}
