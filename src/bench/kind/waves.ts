import type { BoundValue, RunDocument } from '../../measure/index.ts';
import type { Lab } from '../../substrate/index.ts';
import { runKindLoad, violationsOf } from '../load.ts';

/** A pod that is not Ready by then has failed. */
const DEADLINE = '2m';

export interface WavesPlan {
  readonly pods: number;
  readonly waves: number;
  /** From one wave to the next. */
  readonly every: string;
  /** Of each pod, from its Ready on. */
  readonly lifetime: string;
}

/** Mean and quantiles of a metric, ns. */
export interface Wait {
  readonly metric: string;
  readonly count: number;
  readonly mean: BoundValue;
  readonly p50: BoundValue;
  readonly p99: BoundValue;
}

export interface WavesResult {
  readonly planned: number;
  readonly waves: number;
  readonly completed: number;
  readonly failed: number;
  /** Invariants broken: what was left behind among them. */
  readonly violations: number;
  /** Invariants that nothing is known about. */
  readonly unclear: readonly string[];
  /** What a pod waited for, as far as it is known with this network. */
  readonly waits: readonly Wait[];
}

/** Metrics that the result holds, in the order in which they are shown. */
const METRICS = [
  ...['pod.ready', 'pod.sandbox', 'pod.sandbox.before', 'pod.sandbox.network', 'pod.sandbox.after'],
  ...['kubelet.sandbox', 'containerd.network', 'cni.add', 'cni.del'],
];

/** Waves of pods on all nodes, as `churnlab run` makes them; then nothing may be left. */
export async function measureWaves(
  lab: Lab,
  { pods, waves, every, lifetime }: WavesPlan,
  signal: AbortSignal,
): Promise<WavesResult> {
  const document = await runKindLoad(
    lab,
    {
      pods,
      arrivals: { process: 'bursty', size: Math.ceil(pods / waves), every },
      lifetime: { distribution: 'fixed', mean: lifetime },
      deadline: DEADLINE,
    },
    signal,
  );
  const { planned, completed, failed } = document.load;
  return {
    planned,
    waves,
    completed,
    failed,
    violations: violationsOf(document),
    unclear: document.invariants.filter(({ unknown }) => unknown !== undefined).map(({ title }) => title),
    waits: METRICS.flatMap((metric) => waitOf(document, metric)),
  };
}

function waitOf({ summaries }: RunDocument, metric: string): Wait[] {
  const found = summaries.find(({ key }) => key === metric);
  if (!found || found.count === 0) return [];
  const { count, mean, p50, p99 } = found;
  return [{ metric, count, mean, p50, p99 }];
}
