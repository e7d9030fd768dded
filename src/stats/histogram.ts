import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type JsHistogram,
} from 'hdr-histogram-js';

/** A step of the cumulative distribution: the share `quantile` of all samples is at most `value`. */
export interface CurvePoint {
  readonly quantile: number;
  readonly value: number;
}

/**
 * An HDR histogram with three significant digits. Values are kept as integers of `1/scale` of the unit, so
 * that ratios and rates fit as well as nanoseconds. The encoding is HdrHistogram's V2 (compressed, base64),
 * readable by every HdrHistogram tool.
 */
export class Histogram {
  readonly scale: number;
  readonly #hdr: JsHistogram;

  constructor(scale = 1, encoded?: string) {
    this.scale = scale;
    // Without WebAssembly, which is what these options ask for, the library gives its JavaScript class.
    this.#hdr = (encoded === undefined
      ? build({ numberOfSignificantValueDigits: 3, autoResize: true })
      : decodeFromCompressedBase64(encoded)) as unknown as JsHistogram;
  }

  get count(): number {
    return this.#hdr.totalCount;
  }

  /** Records one value in the unit, 0 or larger: an HDR histogram cannot hold a negative one. */
  record(value: number): void {
    this.#hdr.recordValue(Math.round(value * this.scale));
  }

  /** Quantile `q` (0..1) within 0.1 %; 0 without samples. */
  quantile(q: number): number {
    return this.#hdr.getValueAtPercentile(q * 100) / this.scale;
  }

  /** Adds the other's samples: the only right way to merge (percentiles cannot be averaged). */
  add(other: Histogram): void {
    this.#hdr.add(other.#hdr);
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#hdr);
  }

  /** One point for each recorded bucket (its largest value), rising. */
  curve(): CurvePoint[] {
    const points: CurvePoint[] = [];
    const buckets = this.#hdr.recordedValuesIterator;
    buckets.reset();
    while (buckets.hasNext()) {
      const bucket = buckets.next();
      points.push({
        quantile: bucket.totalCountToThisValue / this.count,
        value: bucket.valueIteratedTo / this.scale,
      });
    }
    return points;
  }
}
