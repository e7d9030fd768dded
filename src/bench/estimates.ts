import {
  bootstrapQuantiles,
  clusterBootstrapEffect,
  orderSamples,
  orderValues,
  quantile,
  samplesNeeded,
} from '../stats/index.ts';
import type { Blocks } from './blocks.ts';

const SEED = 1;
const RESAMPLES = 1000;

/** A number with its 95 % interval, where there are blocks enough for one. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * A quantile of all samples; its interval by drawing whole blocks. Undefined with too few samples for that quantile:
 * 299 for a p99, which with fewer would be another word for the maximum.
 */
export function quantileOf(blocks: Blocks, q: number): Estimate | undefined {
  const values = Float64Array.from(blocks.flat());
  if (values.length < samplesNeeded(q)) return undefined;
  const clusters = Uint32Array.from(blocks.flatMap((block, number) => block.map(() => number)));
  const samples = orderSamples({ values, atLeast: new Uint8Array(values.length), clusters });
  const [interval] = bootstrapQuantiles(samples, [q], { seed: SEED, resamples: RESAMPLES });
  const { value } = quantile(samples, q)!;
  return interval ? { value, low: interval.low.value, high: interval.high.value } : { value };
}

/**
 * How many times the quantile of `a` is that of `b`. Blocks of both are drawn together when they were measured side
 * by side (`paired`), so that what slowed both down cancels; otherwise each by itself.
 */
export function ratioOf(a: Blocks, b: Blocks, q: number, paired: boolean): Estimate | undefined {
  if (Math.min(a.flat().length, b.flat().length) < samplesNeeded(q)) return undefined;
  const [over, under] = [a, b].map((blocks) => blocks.map(orderValues));
  const statistic = { quantile: q, over: 'pool' } as const;
  const effect = clusterBootstrapEffect(under!, over!, statistic, { seed: SEED, draws: RESAMPLES, paired });
  if (effect) return { value: effect.ratio.value!, low: effect.ratio.low, high: effect.ratio.high };
  const of = (blocks: Blocks): number => quantile(orderValues(blocks.flat()), q)!.value;
  return { value: of(a) / of(b) };
}
