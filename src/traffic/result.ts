import type { Sample } from '../measure/index.ts';
import { type Bound, orderSamples, quantile } from '../stats/index.ts';
import type { BatchCounts } from './batch.ts';
import type { TrafficPlace } from './host.ts';
import type { Answer } from './membership.ts';
import { answersOf, batches, type SampleBlock } from './sample-block.ts';
import { batchSamples } from './to-samples.ts';

/** A quantile of latencies in ns; failed requests count as slower than all that succeeded. */
export interface Latency {
  readonly p50: Bound;
  readonly p99: Bound;
}

/** What became of a batch. */
export class TrafficResult {
  readonly counts: BatchCounts;
  readonly place: TrafficPlace;
  readonly #blocks: readonly SampleBlock[];

  constructor(counts: BatchCounts, place: TrafficPlace, blocks: readonly SampleBlock[]) {
    this.counts = counts;
    this.place = place;
    this.#blocks = blocks;
  }

  /** From the first connect to the last close. */
  get elapsedNs(): number {
    return this.counts.endNs - this.counts.startNs;
  }

  /** Answers per second by the dialer's clock. */
  get rate(): number {
    return (this.counts.ok * 1e9) / this.elapsedNs;
  }

  /** Payload per second. */
  get throughput(): number {
    return (this.counts.bytes * 1e9) / this.elapsedNs;
  }

  /** Of new connections; undefined when there were none. */
  get connect(): Latency | undefined {
    return latency(this.samples(), 'service.connect');
  }

  get request(): Latency | undefined {
    return latency(this.samples(), 'service.request');
  }

  /** Every answer, by whom: to be held against a {@link Membership}. */
  answers(): Iterable<Answer> {
    return answersOf(this.#blocks);
  }

  /** All raw samples, and the rate. */
  samples(): Iterable<Sample> {
    return samplesOf(this.#blocks, this.place);
  }
}

/** Samples of all batches in a list of blocks. */
export function* samplesOf(
  blocks: Iterable<SampleBlock>,
  { name, node, isPod }: TrafficPlace,
): Generator<Sample> {
  for (const batch of batches(blocks)) yield* batchSamples(batch, isPod ? { node, pod: name } : { node });
}

function latency(samples: Iterable<Sample>, metric: Sample['metric']): Latency | undefined {
  const own = Iterator.from(samples)
    .filter((sample) => sample.metric === metric)
    .toArray();
  if (own.length === 0) return undefined;
  const ordered = orderSamples({
    values: Float64Array.from(own, ({ ns }) => ns),
    atLeast: Uint8Array.from(own, ({ ok }) => (ok ? 0 : 1)),
    clusters: new Uint32Array(own.length),
  });
  return { p50: quantile(ordered, 0.5)!, p99: quantile(ordered, 0.99)! };
}
