import type { FailureClass } from '../cni/index.ts';
import type { MetricName, Sample } from '../measure/index.ts';
import type { SampleBlock } from './sample-block.ts';

const SECOND = 1e9;

/** What a result's failures are in the taxonomy that all metrics share. */
const CLASS: Readonly<Record<string, FailureClass>> = {
  timeout: 'timeout',
  // The kernel said no: a BPF program of the cgroup or a rule, or no source port was left.
  denied: 'kernel-refused',
  'no-ports': 'kernel-refused',
};

/**
 * The samples of one batch: `service.connect` for each connection, `service.request` for each request on one, and the
 * rate of its kind. `node` is whose dialer it was; `pod` is set when it dialled from a pod.
 */
export function* batchSamples(
  batch: readonly SampleBlock[],
  place: { readonly node: string; readonly pod?: string },
): Generator<Sample> {
  for (const block of batch) {
    const common = { ...place, ...labelsOf(block) };
    for (let i = 0; i < block.at.length; i++) yield* requestSamples(block, i, common);
  }
  yield* rateSamples(batch, place);
}

function* requestSamples(block: SampleBlock, i: number, common: Partial<Sample>): Generator<Sample> {
  const at = block.at[i]!;
  const connect = block.connect[i]!;
  const request = block.request[i]!;
  const outcome = block.header.outcomes[block.outcome[i]!]!;
  const ok = outcome === 'ok';
  const failure = ok ? {} : { class: CLASS[outcome] ?? ('other' as const) };
  // A connection that was not made had no request.
  const connected = ok || request > 0;
  if (connect >= 0) {
    const result = connected ? { ok: true } : { ok: false, ...failure };
    yield { ...common, metric: 'service.connect', ns: connect, at, ...result };
  }
  if (connected || connect < 0) {
    yield {
      ...common,
      metric: 'service.request',
      ns: request,
      at: at + Math.max(0, connect),
      ok,
      ...failure,
    };
  }
}

function* rateSamples(
  batch: readonly SampleBlock[],
  place: { readonly node: string; readonly pod?: string },
): Generator<Sample> {
  const [first] = batch;
  if (!first) return;
  const startNs = Math.min(...batch.map(({ header }) => header.startNs));
  const endNs = Math.max(...batch.map(({ header }) => header.endNs));
  const common = { ...place, ...labelsOf(first), ok: true };
  if (first.header.kind === 'stream') {
    const bytes = batch.reduce((sum, { header }) => sum + header.bytes, 0);
    const ns = (bytes * SECOND) / (endNs - startNs);
    yield { ...common, metric: 'service.throughput', ns, at: startNs };
    return;
  }
  const metric: MetricName = first.header.kind === 'crr' ? 'service.crr_rate' : 'service.rr_rate';
  for (const { at, rate } of rates(batch, startNs, endNs)) yield { ...common, metric, ns: rate, at };
}

/** Answers per second: in each whole second, or over all of a batch that is shorter than one. */
export function rates(
  batch: readonly SampleBlock[],
  startNs: number,
  endNs: number,
): { readonly at: number; readonly rate: number }[] {
  const seconds = Math.floor((endNs - startNs) / SECOND);
  const width = seconds === 0 ? endNs - startNs : SECOND;
  const counts = new Array<number>(Math.max(1, seconds)).fill(0);
  for (const { at, connect, request, outcome } of batch) {
    for (let i = 0; i < at.length; i++) {
      if (outcome[i] !== 0) continue;
      const answeredNs = at[i]! + Math.max(0, connect[i]!) + request[i]!;
      const window = Math.floor((answeredNs - startNs) / width);
      if (window < counts.length) counts[window]!++;
    }
  }
  return counts.map((count, i) => ({ at: startNs + i * width, rate: (count * SECOND) / width }));
}

function labelsOf({ header: { labels } }: SampleBlock): Pick<Sample, 'labels'> {
  return labels && Object.keys(labels).length > 0 ? { labels } : {};
}
