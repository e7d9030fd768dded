import type { BoundValue, Summary } from '../../measure/index.ts';
import { type CurvePoint, Histogram } from '../../stats/index.ts';

/** Quantiles that tables behind curves have, as far as the samples reach. */
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999] as const;

export interface Quantile {
  readonly quantile: number;
  readonly value: BoundValue;
}

/** How the samples of one series are spread, out of the histogram of its summary (within 0.1 %). */
export class Distribution {
  readonly count: number;
  /** Up to which share the values are those of operations that succeeded; beyond it they are bounds. */
  readonly exactShare: number;
  /** Rising; only values above zero: what is drawn has a logarithmic axis. */
  readonly curve: readonly CurvePoint[];
  readonly #histogram: Histogram;

  private constructor(histogram: Histogram, ok: number) {
    this.#histogram = histogram;
    this.count = histogram.count;
    this.exactShare = histogram.count === 0 ? 1 : Math.min(1, ok / histogram.count);
    this.curve = histogram.curve().filter(({ value }) => value > 0);
  }

  static of({ histogram, ok }: Summary): Distribution {
    return new Distribution(new Histogram(histogram.scale, histogram.encoded), ok);
  }

  /** The part of the curve that belongs to operations that succeeded. */
  get exact(): readonly CurvePoint[] {
    return this.curve.filter(({ quantile }) => quantile <= this.exactShare + 1e-12);
  }

  /** All samples of several runs together. */
  static merged(summaries: readonly Summary[]): Distribution {
    const all = new Histogram(summaries[0]?.histogram.scale);
    for (const { histogram } of summaries) all.add(new Histogram(histogram.scale, histogram.encoded));
    return new Distribution(
      all,
      summaries.reduce((sum, { ok }) => sum + ok, 0),
    );
  }

  /** The value that the share `quantile` of all samples does not exceed. */
  at(quantile: number): BoundValue {
    return { value: this.#histogram.quantile(quantile), atLeast: quantile > this.exactShare + 1e-12 };
  }

  /** Quantiles for a table, the largest sample last. */
  quantiles(): Quantile[] {
    const last = 1 - 1 / (2 * Math.max(1, this.count));
    const inside = QUANTILES.filter((quantile) => quantile <= last);
    return [...inside, 1].map((quantile) => ({ quantile, value: this.at(quantile) }));
  }

  /** The share of all samples that succeeded within `value`. */
  shareWithin(value: number): number {
    const reached = this.curve.findLast((point) => point.value <= value)?.quantile ?? 0;
    return Math.min(reached, this.exactShare);
  }
}
